// SPDX-License-Identifier: MIT
// Waiting for another thread to change a word (futex(2)). Both keep errno.
#pragma once

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Returns at the latest after so many microseconds; at once where the word is not as seen any more. Perhaps earlier.
static inline void futex_wait(atomic_uint *word, unsigned seen, int64_t microseconds)
{
	const struct timespec timeout = { microseconds / 1000000, microseconds % 1000000 * 1000 };
	int saved = errno;
	if (microseconds > 0)
		syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, &timeout, NULL, 0);
	errno = saved;
}

// All that wait.
static inline void futex_wake(atomic_uint *word)
{
	int saved = errno;
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
	errno = saved;
}
