// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "resolver/address_rules.h"
#include "tests/unit/unit.h"

struct destination_text {
	const char *address;
	const char *source;  // NULL: none
	bool is_deprecated, is_home, is_native;
	uint8_t prefix_length;
};

struct order_case {
	const char *why;
	struct destination_text better, worse;
};

static struct destination destination_of(const struct destination_text *text)
{
	struct destination destination = {
		.is_deprecated = text->is_deprecated,
		.is_home = text->is_home,
		.is_native = text->is_native,
		.prefix_length = text->prefix_length,
	};
	assert_true(address_read(text->address, &destination.address));
	if (text->source)
		assert_true(address_read(text->source, &destination.source));
	return destination;
}

static int compare(
	const struct address_rules *rules, const struct destination_text *one, const struct destination_text *other)
{
	const struct destination left = destination_of(one), right = destination_of(other);
	const struct address_rank left_rank = address_rules_rank(rules, &left);
	const struct address_rank right_rank = address_rules_rank(rules, &right);
	const int order = address_rank_compare(&left_rank, &right_rank);
	const int reverse = address_rank_compare(&right_rank, &left_rank);
	assert_int_equal(order, -reverse);
	return order;
}

static void check_orders(const struct order_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		print_message("%s\n", cases[i].why);
		assert_true(compare(&address_rules_default, &cases[i].better, &cases[i].worse) < 0);
	}
}

static void the_examples_of_rfc_6724_section_10_2_hold(void **state)
{
	(void)state;
	static const struct order_case cases[] = {
		{"prefer matching scope", {.address = "2001:db8:1::1", .source = "2001:db8:1::2"},
			{.address = "198.51.100.121", .source = "169.254.13.78"}},
		{"prefer matching scope, IPv4", {.address = "198.51.100.121", .source = "198.51.100.117"},
			{.address = "2001:db8:1::1", .source = "fe80::1"}},
		{"prefer higher precedence", {.address = "2001:db8:1::1", .source = "2001:db8:1::2"},
			{.address = "10.1.2.3", .source = "10.1.2.4"}},
		{"prefer smaller scope", {.address = "fe80::1", .source = "fe80::2"},
			{.address = "2001:db8:1::1", .source = "2001:db8:1::2"}},
		{"prefer home address", {.address = "2001:db8:1::1", .source = "2001:db8:3::1", .is_home = true},
			{.address = "fe80::1", .source = "fe80::2"}},
		{"avoid deprecated addresses", {.address = "2001:db8:1::1", .source = "2001:db8:1::2"},
			{.address = "fe80::1", .source = "fe80::2", .is_deprecated = true}},
		{"longest matching prefix", {.address = "2001:db8:1::1", .source = "2001:db8:1::2"},
			{.address = "2001:db8:3ffe::1", .source = "2001:db8:3f44::2"}},
		{"prefer matching label", {.address = "2002:c633:6401::1", .source = "2002:c633:6401::2"},
			{.address = "2001:db8:1::1", .source = "2002:c633:6401::2"}},
		{"prefer higher precedence over 6to4", {.address = "2001:db8:1::1", .source = "2001:db8:1::2"},
			{.address = "2002:c633:6401::1", .source = "2002:c633:6401::2"}},
	};
	check_orders(cases, LENGTH(cases));
}

static void each_rule_decides_where_those_before_it_do_not(void **state)
{
	(void)state;
	static const struct order_case cases[] = {
		{"1: reachable", {.address = "fe80::1", .source = "2001::2", .is_deprecated = true}, {.address = "::1"}},
		{"1: of the unreachable, precedence", {.address = "2001:db8::1"}, {.address = "192.0.2.1"}},
		{"1: of the unreachable, scope", {.address = "fe80::1"}, {.address = "2001:db8::1"}},
		{"2 before 3", {.address = "192.0.2.1", .source = "192.0.2.2", .is_deprecated = true},
			{.address = "192.0.2.1", .source = "127.0.0.1"}},
		{"3 before 4", {.address = "2001:db8::1", .source = "2001:db8::2"},
			{.address = "2001:db8::1", .source = "2001:db8::2", .is_deprecated = true, .is_home = true}},
		{"4 before 5", {.address = "2001:db8::1", .source = "fd00::2", .is_home = true},
			{.address = "2001:db8::1", .source = "2001:db8::2"}},
		{"5 before 6", {.address = "192.0.2.1", .source = "192.0.2.2"},
			{.address = "2001:db8::1", .source = "fd00::2"}},
		{"5: unique local has its own label", {.address = "fd00::1", .source = "fd00::2"},
			{.address = "fd00::1", .source = "2001:db8::2"}},
		{"5: Teredo has its own label", {.address = "2a00::1", .source = "2001:db8::2"},
			{.address = "2001:db8::1", .source = "2001::2"}},
		{"5: site-local has its own label", {.address = "2001:db8::1", .source = "fe80::2"},
			{.address = "2001:db8::1", .source = "fec0::2"}},
		{"6 before 7", {.address = "2001:db8::1", .source = "2001:db8::2"},
			{.address = "192.0.2.1", .source = "192.0.2.2", .is_native = true}},
		{"6: the loopback first", {.address = "::1", .source = "::1"}, {.address = "127.0.0.1", .source = "127.0.0.1"}},
		{"7 before 8", {.address = "2001:db8::1", .source = "2001:db8::2", .is_native = true},
			{.address = "fe80::1", .source = "fe80::2"}},
		{"8: the smaller scope", {.address = "127.0.0.1", .source = "127.0.0.1"},
			{.address = "192.0.2.1", .source = "192.0.2.2"}},
		{"8: multicast has its scope in it", {.address = "ff05::1", .source = "fec0::2"},
			{.address = "ff08::1", .source = "2001:db8::1"}},
		{"9: inside the network", {.address = "10.1.2.1", .source = "10.1.2.9", .prefix_length = 24},
			{.address = "10.1.3.1", .source = "10.1.2.9", .prefix_length = 24}},
		{"9: longer inside the network", {.address = "10.1.2.8", .source = "10.1.2.9", .prefix_length = 24},
			{.address = "10.1.2.200", .source = "10.1.2.9", .prefix_length = 24}},
		{"9: oneself without a known network", {.address = "10.1.2.9", .source = "10.1.2.9"},
			{.address = "10.1.2.8", .source = "10.1.2.9"}},
	};
	check_orders(cases, LENGTH(cases));
}

static void rule_10_leaves_the_order_alone(void **state)
{
	(void)state;
	static const struct order_case cases[] = {
		{"outside the network", {.address = "10.1.3.1", .source = "10.1.2.9", .prefix_length = 24},
			{.address = "10.200.0.1", .source = "10.1.2.9", .prefix_length = 24}},
		{"network not known", {.address = "10.1.2.8", .source = "10.1.2.9"},
			{.address = "10.1.2.1", .source = "10.1.2.9"}},
		{"as near", {.address = "2001:db8::1", .source = "2001:db8:1::1"},
			{.address = "2001:db8::2", .source = "2001:db8:1::1"}},
		{"two families, one level", {.address = "::ffff:192.0.2.1", .source = "::ffff:192.0.2.2"},
			{.address = "198.51.100.1", .source = "192.0.2.2", .prefix_length = 24}},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		print_message("%s\n", cases[i].why);
		assert_int_equal(compare(&address_rules_default, &cases[i].better, &cases[i].worse), 0);
	}
}

static void common_bits_are_counted_up_to_the_whole_address(void **state)
{
	(void)state;
	static const struct {
		const char *one, *other;
		unsigned bits;
	} cases[] = {
		{"10.0.0.1", "10.0.0.1", 32},
		{"10.0.0.1", "10.0.0.0", 31},
		{"10.0.0.1", "138.0.0.1", 0},
		{"10.0.0.1", "10.128.0.1", 8},
		{"2001:db8::1", "2001:db8::1", 128},
		{"2001:db8::1", "2001:db9::1", 31},
		{"2001:db8::1", "2001:db8::2", 126},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address one, other;
		assert_true(address_read(cases[i].one, &one) && address_read(cases[i].other, &other));
		assert_int_equal(address_rules_common_bits(&one, &other), cases[i].bits);
	}
}

struct conf_case {
	const char *conf;
	struct destination_text better, worse;
};

#define IPV6_GLOBAL                                       \
	{                                                     \
		.address = "2001:db8::1", .source = "2001:db8::2" \
	}
#define IPV4_GLOBAL                                   \
	{                                                 \
		.address = "192.0.2.1", .source = "192.0.2.2" \
	}

static struct address_rules rules_of(const char *conf)
{
	struct address_rules rules;
	char *text = strdup(conf);
	assert_non_null(text);
	assert_true(address_rules_read(text, strlen(text), &rules));
	free(text);
	return rules;
}

static void gai_conf_changes_the_tables(void **state)
{
	(void)state;
	static const struct conf_case cases[] = {
		{"", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/96 100\n", IPV4_GLOBAL, IPV6_GLOBAL},
		{"  precedence\t::ffff:0:0/96  +100 more # comment", IPV4_GLOBAL, IPV6_GLOBAL},
		{"#precedence ::ffff:0:0/96 100\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"Precedence ::ffff:0:0/96 100\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence 192.0.2.0/24 100\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/129 100\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/96 100x\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/96 2147483648\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/96 -1\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"precedence ::ffff:0:0/96 2147483647\n", IPV4_GLOBAL, IPV6_GLOBAL},
		// A configured table replaces the default one except for ::/0, which is 40.
		{"precedence 2001:db8::/32 39\n", IPV4_GLOBAL, IPV6_GLOBAL},
		{"precedence 2001:db8::/32 39\nprecedence ::/0 1\n", IPV6_GLOBAL, IPV4_GLOBAL},
		// The longest prefix wins, and of equal ones the first.
		{"precedence ::/0 99\nprecedence ::ffff:0:0/96 100\n", IPV4_GLOBAL, IPV6_GLOBAL},
		{"precedence ::/0 99\nprecedence 2001:db8::/32 9\nprecedence 2001:db8::/32 999\n", IPV4_GLOBAL, IPV6_GLOBAL},
		{"precedence ::/0 9\nprecedence 8000::/1 8\nprecedence ::/1 7\n", {.address = "8000::1"},
			{.address = "2001:db8::1"}},
		{"label 2001:db8::1/128 5\nlabel ::ffff:0:0/96 4\n", IPV4_GLOBAL, IPV6_GLOBAL},
		{"scopev4 192.0.2.1/32 3\n", IPV6_GLOBAL, IPV4_GLOBAL},
		{"scopev4 192.0.2.0/24 5\n", {.address = "192.0.2.1"}, {.address = "198.51.100.1"}},
		{"scopev4 ::ffff:192.0.2.0/120 5\n", {.address = "192.0.2.1"}, {.address = "198.51.100.1"}},
		{"scopev4 ::ffff:192.0.2.0/120 5\n", {.address = "192.0.2.1"}, {.address = "127.0.0.1"}},
		{"scopev4 0.0.0.0/0 5\nscopev4 192.0.2.1 6\n", {.address = "198.51.100.1"}, {.address = "192.0.2.1"}},
		{"scopev4 2001:db8::/112 1\nscopev4 192.0.2.1/33 99\nscopev4 ::ffff:192.0.2.1/95 99\n",
			{.address = "127.0.0.1"}, {.address = "192.0.2.1"}},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		print_message("%s\n", cases[i].conf);
		struct address_rules rules = rules_of(cases[i].conf);
		assert_true(compare(&rules, &cases[i].better, &cases[i].worse) < 0);
		address_rules_clear(&rules);
	}
}

static void reload_in_gai_conf_decides_whether_it_is_read_again(void **state)
{
	(void)state;
	static const struct {
		const char *conf;
		bool reload;
	} cases[] = {
		{"", false},
		{"reload yes", true},
		{"reload no\n", false},
		{"reload yes\nreload\n", false},
		{"reload Yes\n", false},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address_rules rules = rules_of(cases[i].conf);
		assert_int_equal(rules.reload, cases[i].reload);
		address_rules_clear(&rules);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_rfc_6724_section_10_2_hold),
		cmocka_unit_test(each_rule_decides_where_those_before_it_do_not),
		cmocka_unit_test(rule_10_leaves_the_order_alone),
		cmocka_unit_test(common_bits_are_counted_up_to_the_whole_address),
		cmocka_unit_test(gai_conf_changes_the_tables),
		cmocka_unit_test(reload_in_gai_conf_decides_whether_it_is_read_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
