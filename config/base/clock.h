// SPDX-License-Identifier: MIT
// The kernel's clocks, in microseconds, read without libc, whose functions another preloaded library may replace
// (kernel.h).
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

// clock_gettime(2) for a clock that every kernel has: cannot fail. Keeps errno. Async-signal-safe.
void clock_get(clockid_t clock, struct timespec *out);

static inline int64_t clock_microseconds(const struct timespec *time)
{
	return time->tv_sec * INT64_C(1000000) + time->tv_nsec / 1000;
}

// Microseconds since an arbitrary point.
int64_t clock_read(clockid_t clock);

// Monotonic time, for deadlines and durations.
static inline int64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

// The same by a system call, for a process that may never look at a clock again: the first other look takes longer.
int64_t clock_now_by_call(void);

// Monotonic time at the last kernel tick: up to 10 ms old, but cheaper.
static inline int64_t clock_tick(void)
{
	return clock_read(CLOCK_MONOTONIC_COARSE);
}

// Monotonic time including suspend, for the age of cached answers.
static inline int64_t clock_lifetime(void)
{
	return clock_read(CLOCK_BOOTTIME);
}

static inline bool clock_equal(struct timespec one, struct timespec other)
{
	return one.tv_sec == other.tv_sec && one.tv_nsec == other.tv_nsec;
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

// As a timeout of poll(2): milliseconds, rounded up; 0 if it is past.
static inline int clock_milliseconds(int64_t left)
{
	return left <= 0 ? 0 : (int)clock_least((left + 999) / 1000, INT_MAX);
}

// The same until a monotonic time.
static inline int clock_milliseconds_until(int64_t when)
{
	return clock_milliseconds(when - clock_now());
}
