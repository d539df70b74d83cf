// SPDX-License-Identifier: MIT
#include "config/base/random.h"

#include <string.h>

#include "tests/unit/unit.h"

static void two_draws_differ_and_stay_in_their_bytes(void **state)
{
	(void)state;
	uint8_t first[18] = {0}, second[18] = {0};
	assert_true(random_draw(first, 16));
	assert_true(random_draw(second, 16));
	assert_memory_not_equal(first, second, 16);
	assert_memory_equal(first + 16, "\0\0", 2);
}

// The first numbers of the published splitmix64 with the seed 0; random_next adds the increment itself.
static void the_generator_is_splitmix64(void **state)
{
	(void)state;
	assert_true(random_next(0) == UINT64_C(0xe220a8397b1dcdaf));
	assert_true(random_next(UINT64_C(0x9e3779b97f4a7c15)) == UINT64_C(0x6e789e6aa1b965f4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_draws_differ_and_stay_in_their_bytes),
		cmocka_unit_test(the_generator_is_splitmix64),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
