// SPDX-License-Identifier: MIT
#include "shim/jump.h"

#include <signal.h>

// libc's own list of what is to be done before a frame is left: its siglongjmp walks it, which it does not do for
// pthread_cleanup_push(3) of today. libc exports both functions and declares neither.
void _pthread_cleanup_push(struct _pthread_cleanup_buffer *buffer, void (*routine)(void *), void *argument);
void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *buffer, int execute);

// The guard stays in libc's list while this runs. It runs again where a second signal's handler jumps meanwhile, or
// where pthread_setcancelstate acts upon a pending cancellation (glibc 2.36 does): left must not.
static void leave(void *argument)
{
	struct jump_guard *guard = argument;
	sigset_t all, signals;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &signals);
	if (!guard->was_left) {
		guard->was_left = true;
		guard->left(guard->argument);
	}
	pthread_sigmask(SIG_SETMASK, &signals, NULL);
	pthread_setcancelstate(guard->cancel_state, NULL);
}

void jump_guard_set(struct jump_guard *guard, int cancel_state, void (*left)(void *argument), void *argument)
{
	guard->left = left;
	guard->argument = argument;
	guard->cancel_state = cancel_state;
	guard->was_left = false;
	_pthread_cleanup_push(&guard->buffer, leave, guard);
}

void jump_guard_clear(struct jump_guard *guard)
{
	_pthread_cleanup_pop(&guard->buffer, 0);
}
