// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "resolver/dns/host.h"
#include "resolver/source/networks.h"
#include "tests/unit/files.h"
#include "tests/unit/pretended_libc.h"
#include "tests/unit/unit.h"

static const char *path;

static int set_path(void **state)
{
	(void)state;
	path = files_path("networks");
	return 0;
}

// "name 7f000000 [alias]", or "none", in a buffer that the next call overwrites.
static const char *describe(enum outcome outcome, struct host *network)
{
	static char text[256];
	if (outcome == OUTCOME_NO_NAME)
		return "none";
	assert_int_equal(outcome, OUTCOME_FOUND);
	assert_int_equal(network->address_count, 1);
	uint32_t number;
	memcpy(&number, network->addresses[0].bytes, sizeof(number));
	int length = snprintf(text, sizeof(text), "%s %x", network->name, ntohl(number));
	for (size_t i = 0; i < network->alias_count; i++)
		length += snprintf(text + length, sizeof(text) - (size_t)length, " [%s]", network->aliases[i]);
	host_clear(network);
	return text;
}

static void a_line_is_read_as_glibc_reads_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *expected;
	} cases[] = {
		{"", "a", "none"},
		{"a 10.1.2.3", "a", "a a010203"},
		{"a 10\n", "A", "a a000000"},
		{"\t a\t127.0.0.0 B  c # d\n", "b", "a 7f000000 [B] [c]"},
		{"\t a\t127.0.0.0 B  c # d\n", "d", "none"},
		{"#a 10\nb 11\na 12\na 13\n", "a", "a c000000"},
		{"a 0x7f.1", "a", "a 7f010000"},
		{"a 010.1", "a", "a 8010000"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct host network = {0};
		files_write_text(path, cases[i].text);
		enum outcome outcome = networks_find(path, &(struct network_query){.name = cases[i].name}, &network);
		assert_string_equal(describe(outcome, &network), cases[i].expected);
	}
}

static void glibc_2_42_ignores_a_line_whose_number_is_invalid(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *before, *expected;
	} cases[] = {
		{"a\na 10", "a", "a ffffffff", "a a000000"},
		{"a 256", "a", "a ffffffff", "none"},
		{"a 5. b", "b", "a ffffffff [b]", "none"},
		{"a 1.2.3.4.5", "a", "a ffffffff", "none"},
		{"a 255.255.255.255", "a", "a ffffffff", "none"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct host network = {0};
		files_write_text(path, cases[i].text);
		pretended_libc_set("2.41");
		enum outcome outcome = networks_find(path, &(struct network_query){.name = cases[i].name}, &network);
		assert_string_equal(describe(outcome, &network), cases[i].before);
		pretended_libc_set("2.42");
		outcome = networks_find(path, &(struct network_query){.name = cases[i].name}, &network);
		assert_string_equal(describe(outcome, &network), cases[i].expected);
	}
}

static enum outcome find_number(uint32_t number, struct host *network)
{
	return networks_find(path, &(struct network_query){.number = number}, network);
}

static void a_number_is_found_as_it_stands(void **state)
{
	(void)state;
	struct host network = {0};
	files_write_text(path, "a 10\nb 10.1.0.0 x\nc 10.1\n");
	assert_string_equal(describe(find_number(0x0a010000, &network), &network), "b a010000 [x]");
	assert_string_equal(describe(find_number(0x0a01, &network), &network), "none");
}

static void a_file_that_cannot_be_read_has_no_networks(void **state)
{
	(void)state;
	struct host network = {0};
	assert_int_equal(networks_find("/nonexistent", &(struct network_query){.name = "a"}, &network), OUTCOME_NO_NAME);
	assert_int_equal(networks_find("/", &(struct network_query){.name = "a"}, &network), OUTCOME_NO_NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read_as_glibc_reads_it),
		cmocka_unit_test(glibc_2_42_ignores_a_line_whose_number_is_invalid),
		cmocka_unit_test(a_number_is_found_as_it_stands),
		cmocka_unit_test(a_file_that_cannot_be_read_has_no_networks),
	};
	return cmocka_run_group_tests(tests, set_path, files_remove);
}
