// SPDX-License-Identifier: MIT
#include "config/base/network.h"

#include "tests/unit/unit.h"

static struct address address_of(const char *text)
{
	struct address address;
	assert_true(address_read(text, &address));
	return address;
}

static void a_network_holds_the_addresses_with_its_prefix(void **state)
{
	(void)state;
	static const struct {
		const char *network, *address;
		bool holds;
	} cases[] = {
		{"192.0.2.0/24", "192.0.2.255", true},
		{"192.0.2.0/24", "192.0.3.0", false},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.200", true},
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "192.0.2.6", false},
		{"0.0.0.0/0", "198.51.100.1", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"::/0", "2001:db8::1", true},
		{"2001:db8::/33", "2001:db8:7fff::", true},
		{"2001:db8::/33", "2001:db8:8000::", false},
		{"2001:db8::1/128", "2001:db8::1", true},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct address address = address_of(cases[i].address);
		struct network network;
		assert_true(network_read(cases[i].network, &network));
		if (network_contains(&network, &address) != cases[i].holds)
			fail_msg("%s in %s", cases[i].address, cases[i].network);
	}
}

static void what_is_no_network_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {"", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/24x",
		"192.0.2/24", "::/129", "example.test/8"};
	struct network network = {.bits = 7};
	for (size_t i = 0; i < LENGTH(cases); i++)
		if (network_read(cases[i], &network))
			fail_msg("%s was read", cases[i]);
	assert_int_equal(network.bits, 7);
}

static void a_number_stands_for_an_address_of_the_network(void **state)
{
	(void)state;
	static const char *const cases[] = {
		"192.0.2.128/25", "10.0.0.0/8", "2001:db8::/61", "::/0", "192.0.2.7", "::1/128"};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct network network;
		assert_true(network_read(cases[i], &network));
		bool are_equal = true;
		const struct address first = network_draw(&network, 0);
		for (uint64_t number = 0; number < 100; number++) {
			const struct address drawn = network_draw(&network, number), again = network_draw(&network, number);
			assert_true(network_contains(&network, &drawn));
			assert_true(address_equal(&drawn, &again));
			are_equal &= address_equal(&drawn, &first);
		}
		assert_int_equal(are_equal, network_is_address(&network));
	}
}

static void loopback_addresses_are_recognised(void **state)
{
	(void)state;
	const struct address own[] = {address_of("127.0.0.1"), address_of("127.255.255.255"), address_of("::1")};
	const struct address others[] = {address_of("126.0.0.1"), address_of("::2"), address_of("::")};
	for (size_t i = 0; i < LENGTH(own); i++) {
		assert_true(network_is_loopback(&own[i]));
		assert_false(network_is_loopback(&others[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_network_holds_the_addresses_with_its_prefix),
		cmocka_unit_test(what_is_no_network_is_refused),
		cmocka_unit_test(a_number_stands_for_an_address_of_the_network),
		cmocka_unit_test(loopback_addresses_are_recognised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
