// SPDX-License-Identifier: MIT
// Waiting for another thread to change a word (futex(2)). Both keep errno.
#pragma once

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"

// Where the kernel refuses to wait (a filter of system calls), it is looked again so often.
#define FUTEX_REFUSED_PAUSE 10000  // microseconds

static inline bool futex_has_waited(long result)
{
	return result == 0 || errno == EAGAIN || errno == EINTR || errno == ETIMEDOUT;
}

// Returns at the latest after so many microseconds; at once where the word is not as seen any more. Perhaps earlier.
static inline void futex_wait(atomic_uint *word, unsigned seen, int64_t microseconds)
{
	int saved = errno;
	if (microseconds > 0 && !futex_has_waited(kernel_futex(word, FUTEX_WAIT_PRIVATE, seen, microseconds)))
		kernel_poll(NULL, 0, (int)(clock_least(microseconds, FUTEX_REFUSED_PAUSE) + 999) / 1000);
	errno = saved;
}

// All that wait.
static inline void futex_wake(atomic_uint *word)
{
	int saved = errno;
	kernel_futex(word, FUTEX_WAKE_PRIVATE, INT_MAX, -1);
	errno = saved;
}
