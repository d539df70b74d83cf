// SPDX-License-Identifier: MIT
// What becomes of a call that a signal handler leaves by a jump (siglongjmp(3), pthread_exit(3)), as curl's alarm does.
#pragma once

#include <pthread.h>

// Lies in the frame of the function that may be left.
struct jump_guard {
	struct _pthread_cleanup_buffer buffer;
};

// From here on left(argument) runs when the frame is left by a jump: in this thread, just before, while the frame is
// still there. Whatever the signal interrupted is half done, so left may do only what a signal handler may. Guards
// nest: the last one set goes first.
void jump_guard_set(struct jump_guard *guard, void (*left)(void *argument), void *argument);
void jump_guard_clear(struct jump_guard *guard);
