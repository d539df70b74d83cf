// SPDX-License-Identifier: MIT
// Starts detached threads with small stacks.
#pragma once

#include <stddef.h>

// Starts a detached thread, which inherits the caller's signal mask. Its stack has stack_size bytes, or the default
// size if that is 0 or too small for the program's thread-local storage. Returns 0 or an error number.
int thread_start(size_t stack_size, void *(*run)(void *argument), void *argument);
