// SPDX-License-Identifier: MIT
#include "shim/literal.h"

#include <sys/socket.h>

#include "tests/unit/unit.h"

static void what_looks_like_an_address_is_one_or_no_name(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int family;
		enum outcome outcome;
	} cases[] = {
		{"192.0.2.1", AF_INET, OUTCOME_FOUND},
		{"2001:db8::1", AF_INET6, OUTCOME_FOUND},
		{"::1", AF_INET, OUTCOME_NO_NAME},
		{"1.2.3.4.5", AF_INET, OUTCOME_NO_NAME},
		{"1.2.3.4.", AF_INET, OUTCOME_PASS},
		{"0x7f.1", AF_INET, OUTCOME_PASS},
		{"app.test", AF_INET, OUTCOME_PASS},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address address;
		assert_int_equal(literal_read(cases[i].name, cases[i].family, &address), cases[i].outcome);
	}
	assert_int_equal(literal_room("www.test"), 0);
	assert_true(literal_room("192.0.2.1") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_looks_like_an_address_is_one_or_no_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
