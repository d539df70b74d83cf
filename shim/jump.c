// SPDX-License-Identifier: MIT
#include "shim/jump.h"

// libc's own list of what is to be done before a frame is left: its siglongjmp walks it, which it does not do for
// pthread_cleanup_push(3) of today. libc exports both functions and declares neither.
void _pthread_cleanup_push(struct _pthread_cleanup_buffer *buffer, void (*routine)(void *), void *argument);
void _pthread_cleanup_pop(struct _pthread_cleanup_buffer *buffer, int execute);

void jump_guard_set(struct jump_guard *guard, void (*left)(void *argument), void *argument)
{
	_pthread_cleanup_push(&guard->buffer, left, argument);
}

void jump_guard_clear(struct jump_guard *guard)
{
	_pthread_cleanup_pop(&guard->buffer, 0);
}
