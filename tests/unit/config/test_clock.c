// SPDX-License-Identifier: MIT
#include <errno.h>

#include "config/base/clock.h"
#include "tests/unit/unit.h"

static int64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec * INT64_C(1000000000) + time->tv_nsec;
}

static void each_clock_reads_as_libc_reads_it(void **state)
{
	(void)state;
	static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME};
	for (size_t i = 0; i < LENGTH(clocks); i++) {
		struct timespec before, now, after;
		errno = EXDEV;
		clock_gettime(clocks[i], &before);
		clock_get(clocks[i], &now);
		clock_gettime(clocks[i], &after);
		assert_true(nanoseconds(&before) <= nanoseconds(&now) && nanoseconds(&now) <= nanoseconds(&after));
		assert_in_range(now.tv_nsec, 0, 999999999);
		assert_int_equal(errno, EXDEV);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_clock_reads_as_libc_reads_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
