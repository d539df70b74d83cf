// SPDX-License-Identifier: MIT
// Cleanup for calls that a signal handler leaves by siglongjmp(3) or pthread_exit(3), as curl's SIGALRM handler does.
#pragma once

#include <pthread.h>
#include <stdbool.h>

// Must be in the stack frame of the function that may be left.
struct jump_guard {
	struct _pthread_cleanup_buffer buffer;
	void (*left)(void *argument);
	void *argument;
	int cancel_state;
	bool was_left;
};

// Until jump_guard_clear, a jump out of the frame first calls left(argument), unless left is NULL: once, in this
// thread, with all signals blocked, while the frame still exists. left must be async-signal-safe, because the signal
// interrupted arbitrary code. Then the thread's cancel state is set to cancel_state, upon which a pending cancellation
// may end the thread. Guards nest; the last one set runs first and must be cleared first.
void jump_guard_set(struct jump_guard *guard, int cancel_state, void (*left)(void *argument), void *argument);
void jump_guard_clear(struct jump_guard *guard);
