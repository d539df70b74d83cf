// SPDX-License-Identifier: MIT
// Starts the threads of getaddrinfo_a(3) and delivers its completion notification, as sigevent(7) describes.
#pragma once

#include <stddef.h>

struct sigevent;

// Starts a detached thread, which inherits the caller's signal mask. Its stack has stack_size bytes, or the default
// size if that is 0 or too small for the program's thread-local storage. Returns 0 or an error number.
int gai_thread_start(size_t stack_size, void *(*run)(void *argument), void *argument);

// SIGEV_SIGNAL: queues the signal with si_code SI_ASYNCNL. SIGEV_THREAD: calls the function in a new thread with an
// empty signal mask and sigev_notify_attributes (NULL: detached). Failures are ignored. All as in glibc. Keeps errno.
void gai_thread_notify(const struct sigevent *event);
