// SPDX-License-Identifier: MIT
// Waits for another thread to change a word (futex(2)). futex_wait and futex_wake keep errno.
#pragma once

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"

// Polling interval where futex(2) fails (a seccomp filter).
#define FUTEX_REFUSED_PAUSE 10000  // microseconds

static inline bool futex_has_waited(long result)
{
	return result == 0 || errno == EAGAIN || errno == EINTR || errno == ETIMEDOUT;
}

// Waits until woken, for at most so many microseconds; returns at once if *word differs from seen. May return early.
static inline void futex_wait(atomic_uint *word, unsigned seen, int64_t microseconds)
{
	int saved = errno;
	if (microseconds > 0 && !futex_has_waited(kernel_futex(word, FUTEX_WAIT_PRIVATE, seen, microseconds)))
		kernel_poll(NULL, 0, (int)(clock_least(microseconds, FUTEX_REFUSED_PAUSE) + 999) / 1000);
	errno = saved;
}

// Wakes all threads that wait for word.
static inline void futex_wake(atomic_uint *word)
{
	int saved = errno;
	kernel_futex(word, FUTEX_WAKE_PRIVATE, INT_MAX, -1);
	errno = saved;
}
