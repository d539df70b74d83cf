// SPDX-License-Identifier: MIT
#include <string.h>

#include "shim/command/program/calls.h"
#include "tests/unit/unit.h"

static void the_table_of_calls_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 0; i < call_count; i++) {
		assert_true(i == 0 || strcmp(calls[i - 1].name, calls[i].name) < 0);
		assert_int_equal(call_find(calls[i].name), i);
	}
	assert_int_equal(call_find("getaddrinf"), call_count);
	assert_int_equal(call_find("getaddrinfo2"), call_count);
	assert_int_equal(call_find(""), call_count);
}

static void resolvers_are_recognised_by_their_libraries(void **state)
{
	(void)state;
	assert_true(call_owner_has_library(CALL_LIBC, "libc.so.6"));
	assert_true(call_owner_has_library(CALL_LIBC, "ld-linux-x86-64.so.2"));
	assert_false(call_owner_has_library(CALL_LIBC, "libcurl.so.4"));
	assert_true(call_owner_has_library(CALL_ARES, "libcares.so.2"));
	assert_false(call_owner_has_library(CALL_ARES, "libc.so.6"));
	for (enum call_owner owner = CALL_LIBC; owner < CALL_OWNERS; owner++)
		assert_non_null(call_owner_name(owner));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_calls_is_sorted),
		cmocka_unit_test(resolvers_are_recognised_by_their_libraries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
