// SPDX-License-Identifier: MIT
// The clocks that deadlines, durations and lifetimes are measured by.
#pragma once

#include <stdint.h>
#include <time.h>

// Microseconds since an arbitrary point, never going back (CLOCK_MONOTONIC).
static inline int64_t clock_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

// The same as of the last tick of the kernel's, a few milliseconds ago, for a fraction of the price.
static inline int64_t clock_tick(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

// The same, but going on while the machine sleeps (CLOCK_BOOTTIME): by this, what is kept grows old.
static inline int64_t clock_lifetime(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}
