// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "resolver/dns/host.h"
#include "tests/unit/unit.h"

static void an_empty_host_may_be_cleared(void **state)
{
	(void)state;
	struct host host = {0};
	host_clear(&host);
	assert_null(host.name);
}

static void what_is_added_is_copied_and_keeps_its_order(void **state)
{
	(void)state;
	struct host host = {0};
	char text[16];
	for (unsigned i = 0; i < 100; i++) {
		const uint8_t bytes[4] = {192, 0, 2, (uint8_t)i};
		struct address address = address_from_bytes(AF_INET, bytes);
		snprintf(text, sizeof text, "alias%u", i);
		assert_true(host_add_alias(&host, text));
		assert_true(host_add_address(&host, &address));
		memset(text, 0, sizeof text);
	}
	assert_int_equal(host.alias_count, 100);
	assert_int_equal(host.address_count, 100);
	for (unsigned i = 0; i < 100; i++) {
		snprintf(text, sizeof text, "alias%u", i);
		assert_string_equal(host.aliases[i], text);
		assert_int_equal(host.addresses[i].bytes[3], i);
	}
	host_clear(&host);
	assert_int_equal(host.alias_count, 0);
	assert_int_equal(host.address_count, 0);
}

static void a_second_name_takes_the_place_of_the_first(void **state)
{
	(void)state;
	struct host host = {0};
	assert_true(host_set_name(&host, "one"));
	assert_true(host_set_name(&host, host.name));
	assert_string_equal(host.name, "one");
	assert_true(host_set_name(&host, "two"));
	assert_string_equal(host.name, "two");
	host_clear(&host);
	assert_null(host.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_host_may_be_cleared),
		cmocka_unit_test(what_is_added_is_copied_and_keeps_its_order),
		cmocka_unit_test(a_second_name_takes_the_place_of_the_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
