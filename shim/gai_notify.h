// SPDX-License-Identifier: MIT
// Delivers the completion notification of getaddrinfo_a(3), as sigevent(7) describes.
#pragma once

struct sigevent;

// SIGEV_SIGNAL: queues the signal with si_code SI_ASYNCNL. SIGEV_THREAD: calls the function in a new thread with an
// empty signal mask and sigev_notify_attributes (NULL: detached). Failures are ignored. All as in glibc. Keeps errno.
void gai_notify(const struct sigevent *event);
