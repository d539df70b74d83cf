// SPDX-License-Identifier: MIT
// What becomes of a call that a signal handler leaves by a jump (siglongjmp(3), pthread_exit(3)), as curl's alarm does.
#pragma once

#include <pthread.h>
#include <stdbool.h>

// Lies in the frame of the function that may be left.
struct jump_guard {
	struct _pthread_cleanup_buffer buffer;
	void (*left)(void *argument);
	void *argument;
	int cancel_state;
	bool was_left;
};

// From here on, when the frame is left by a jump, left(argument) runs: once, in this thread with all signals blocked,
// just before, while the frame is still there. Whatever the signal interrupted is half done, so left may do only what a
// signal handler may. Then the thread's cancel state becomes cancel_state; where a cancellation is pending, the thread
// may end there in place of the jump. Guards nest: the last one set goes first.
void jump_guard_set(struct jump_guard *guard, int cancel_state, void (*left)(void *argument), void *argument);
void jump_guard_clear(struct jump_guard *guard);
