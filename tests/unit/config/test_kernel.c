// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/futex.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "tests/unit/unit.h"

static void a_wait_ends_in_time_and_not_before(void **state)
{
	(void)state;
	unsigned word = 0;
	int64_t begun = clock_now();
	assert_int_equal(kernel_poll(NULL, 0, 20), 0);
	assert_true(clock_now() - begun >= 20000);
	begun = clock_now();
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_PRIVATE, 0, 20000), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(clock_now() - begun >= 20000);
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, clock_now() - 1), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_PRIVATE, 1, 20000), -1);
	assert_int_equal(errno, EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_ends_in_time_and_not_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
