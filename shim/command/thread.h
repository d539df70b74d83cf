// SPDX-License-Identifier: MIT
// Threads that nothing waits for.
#pragma once

#include <stdbool.h>

// Starts a detached thread in which all signals are blocked, so that the other threads get those of the process. False
// with errno.
bool thread_start(void *(*run)(void *argument), void *argument);
