// SPDX-License-Identifier: MIT
// The one clock that deadlines and durations are measured by.
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
