// SPDX-License-Identifier: MIT
// Threads that nobody joins.
#pragma once

#include <stddef.h>

// Starts a detached thread, which inherits the caller's signal mask. Its stack has stack_size bytes, or the usual size
// where that is 0 or does not do for the program's thread-local variables. Returns 0 or an error number.
int thread_start(size_t stack_size, void *(*run)(void *argument), void *argument);
