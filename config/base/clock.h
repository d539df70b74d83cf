// SPDX-License-Identifier: MIT
// The clocks that deadlines, durations and lifetimes are measured by: the kernel's, not those that another preloaded
// library makes a program believe in (see kernel.h).
#pragma once

#include <stdint.h>
#include <time.h>

// clock_gettime(2), which does not fail for those of all kernels. Keeps errno.
void clock_get(clockid_t clock, struct timespec *out);

// Microseconds since an arbitrary point.
static inline int64_t clock_read(clockid_t clock)
{
	struct timespec now;
	clock_get(clock, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

// Never going back.
static inline int64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

// The same as of the last tick of the kernel's, a few milliseconds ago, for a fraction of the price.
static inline int64_t clock_tick(void)
{
	return clock_read(CLOCK_MONOTONIC_COARSE);
}

// The same, but going on while the machine sleeps: by this, what is kept grows old.
static inline int64_t clock_lifetime(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

// Of two times or durations.
static inline int64_t clock_least(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

static inline int64_t clock_most(int64_t one, int64_t other)
{
	return one > other ? one : other;
}
