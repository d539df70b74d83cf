// SPDX-License-Identifier: MIT
// System calls made without libc's functions: other preloaded libraries replace these, with a clock of their own (as
// libfaketime does), by which a lookup would wait for ever or give up early. Cancellation must be disabled.
#pragma once

#include <poll.h>
#include <stdint.h>

// Up to six arguments. -1 with errno.
long kernel_call(long number, long one, long two, long three, long four, long five, long six);

// poll(2).
int kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds);

// futex(2). The time is in microseconds: from now on for FUTEX_WAIT, CLOCK_MONOTONIC's for FUTEX_WAIT_BITSET; less
// than 0: no end.
long kernel_futex(void *word, int operation, unsigned value, int64_t microseconds);
