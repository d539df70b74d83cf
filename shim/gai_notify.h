// SPDX-License-Identifier: MIT
// How a program hears that its requests are finished (sigevent(7), for getaddrinfo_a(3)).
#pragma once

struct sigevent;

// Queues the signal, with si_code SI_ASYNCNL, or starts the thread that calls the function. The thread is made with
// the event's attributes as they are, detached without any, and blocks no signal, as in glibc. What cannot be done is
// not done, and nobody is told: neither is glibc's caller. Keeps errno.
void gai_notify(const struct sigevent *event);
