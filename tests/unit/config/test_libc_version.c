// SPDX-License-Identifier: MIT
#include "config/base/libc_version.h"

#include "tests/unit/pretended_libc.h"
#include "tests/unit/unit.h"

static void versions_are_compared_as_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *version;
		bool is_before_2_35, is_before_3_0;
	} cases[] = {
		{"2.4", true, true},
		{"2.34", true, true},
		{"2.34.9000", true, true},
		{"2.35", false, true},
		{"2.100", false, true},
		{"3.0", false, false},
		{"10.1", false, false},
		{"2", true, true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		pretended_libc_set(cases[i].version);
		assert_int_equal(libc_version_is_before(2, 35), cases[i].is_before_2_35);
		assert_int_equal(libc_version_is_before(3, 0), cases[i].is_before_3_0);
	}
	assert_false(libc_version_is_musl());
}

static void glibc_2_30_to_2_37_find_no_line_of_hosts_by_a_mapped_address(void **state)
{
	(void)state;
	static const struct {
		const char *version;
		bool maps_hosts;
	} cases[] = {{"2.29", true}, {"2.30", false}, {"2.37", false}, {"2.38", true}, {"2.43", true}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		pretended_libc_set(cases[i].version);
		assert_int_equal(libc_version_maps_hosts(), cases[i].maps_hosts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_compared_as_numbers),
		cmocka_unit_test(glibc_2_30_to_2_37_find_no_line_of_hosts_by_a_mapped_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
