// SPDX-License-Identifier: MIT
#include "shim/jump.h"

#include <signal.h>

// glibc's old list of cleanup handlers, which its siglongjmp runs for the frames that it leaves. The
// pthread_cleanup_push(3) macro of today is based on unwinding, which siglongjmp does not do. glibc exports both
// functions without declaring them.
void _pthread_cleanup_push(struct _pthread_cleanup_buffer *buffer, void (*routine)(void *), void *argument);
void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *buffer, int execute);

// The guard stays in libc's list while this runs. It may run a second time: if another signal's handler jumps
// meanwhile, or if pthread_setcancelstate acts on a pending cancellation (glibc 2.36 does). left() must run only once.
static void leave(void *argument)
{
	struct jump_guard *guard = argument;
	sigset_t all, signals;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &signals);
	if (guard->left && !guard->was_left) {
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
