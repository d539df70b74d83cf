// SPDX-License-Identifier: MIT
#include <arpa/nameser.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/name.h"
#include "tests/unit/names.h"

static void names_are_read_and_written(void **state)
{
	(void)state;
	static const struct {
		const char *text, *expected;  // NULL: not a name
	} cases[] = {
		{".", "."},
		{"a", "a"},
		{"Example.ORG.", "Example.ORG"},
		{"a\\.b.c", "a\\.b.c"},
		{"a\\.", "a\\."},
		{"a\\065", "aA"},
		{"a\\000b", "a\\000b"},
		{"a b", "a\\032b"},
		{"\\\"\\@\\$\\;\\(\\)\\\\", "\\\"\\@\\$\\;\\(\\)\\\\"},
		{"*._x", "*._x"},
		{"\xC3\xA4", "\\195\\164"},
		{"", NULL},
		{"..", NULL},
		{".a", NULL},
		{"a..", NULL},
		{"a..b", NULL},
		{"a\\", NULL},
		{"a\\1", NULL},
		{"a\\12", NULL},
		{"a\\1x2", NULL},
		{"a\\256", NULL},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[NAME_TEXT_SIZE] = "";
		struct name name = {.length = 77};
		const bool was_read = name_read(cases[i].text, &name);
		if (was_read != (cases[i].expected != NULL))
			fail_msg("%s: %d", cases[i].text, was_read);
		if (was_read)
			assert_string_equal(name_write(&name, text), cases[i].expected);
		else
			assert_int_equal(name.length, 77);
	}
}

static char *repeat(char *text, const char *part, size_t times)
{
	*text = '\0';
	for (size_t i = 0; i < times; i++)
		strcat(text, part);
	return text;
}

static void a_label_has_63_bytes_at_most_and_a_name_255(void **state)
{
	(void)state;
	char text[1200];
	char label[70];
	struct name name;
	assert_true(name_read(repeat(label, "x", 63), &name));
	assert_int_equal(name.length, 65);
	assert_false(name_read(repeat(label, "x", 64), &name));
	assert_true(name_read(repeat(text, "x.", 127), &name));
	assert_int_equal(name.length, 255);
	assert_false(name_read(repeat(text, "x.", 128), &name));
	repeat(text, "x.", 126);
	assert_false(name_read(strcat(text, "xx"), &name));
}

static void the_longest_text_fits(void **state)
{
	(void)state;
	uint8_t wire[NAME_WIRE_SIZE] = {0};
	struct name name;
	char *text = malloc(NAME_TEXT_SIZE);  // exact size, for the sanitizer
	const uint8_t labels[] = {63, 63, 63, 61};
	for (unsigned i = 0, at = 0; i < 4; at += labels[i++] + 1u)
		wire[at] = labels[i];
	assert_true(name_from_wire(wire, sizeof wire, &name));
	assert_int_equal(strlen(name_write(&name, text)), 4 * 250 + 3);
	struct name back;
	assert_true(name_read(text, &back));
	assert_true(name_equal(&name, &back));
	free(text);
}

static void broken_wire_is_refused(void **state)
{
	(void)state;
	uint8_t long_wire[300], long_label[300] = {64};
	for (unsigned i = 0; i < sizeof long_wire; i++)
		long_wire[i] = i % 2 == 0;
	struct name name;
	assert_true(name_from_wire((const uint8_t *)"\1a\0rest", 7, &name));
	assert_int_equal(name.length, 3);
	assert_true(name_from_wire((const uint8_t *)"", 1, &name));
	assert_int_equal(name.length, 1);
	assert_false(name_from_wire((const uint8_t *)"", 0, &name));
	assert_false(name_from_wire((const uint8_t *)"\1a", 2, &name));
	assert_false(name_from_wire((const uint8_t *)"\5a", 2, &name));
	assert_false(name_from_wire((const uint8_t *)"\300\0", 2, &name));
	assert_false(name_from_wire((const uint8_t *)"\100", 1, &name));
	assert_false(name_from_wire(long_wire, sizeof long_wire, &name));
	assert_false(name_from_wire(long_label, sizeof long_label, &name));
}

static void names_are_compared_without_case(void **state)
{
	(void)state;
	static const struct {
		const char *name, *domain;
		bool within, equal;
	} cases[] = {
		{"a.EXAMPLE.org", "example.ORG", true, false}, {"example.org", "Example.Org", true, true},
		{"example.org", ".", true, false}, {".", ".", true, true}, {".", "org", false, false},
		{"badexample.org", "example.org", false, false}, {"bad\\.example.org", "example.org", false, false},
		{"org", "example.org", false, false}, {"a\\001b", "b", false, false},  // a length byte inside a label
		{"[", "{", false, false}, {"\\192", "\\224", false, false},            // Latin-1 letters are not folded
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct name name = name_of(cases[i].name), domain = name_of(cases[i].domain);
		if (name_within(&name, &domain) != cases[i].within || name_equal(&name, &domain) != cases[i].equal)
			fail_msg("%s in %s", cases[i].name, cases[i].domain);
	}
	const struct name empty = {.length = 0}, root = name_of(".");
	assert_false(name_within(&empty, &root));
	assert_false(name_within(&root, &empty));
}

static void addresses_have_the_names_of_their_ptr_records(void **state)
{
	(void)state;
	static const struct {
		const char *address, *name;
	} cases[] = {
		{"192.0.2.255", "255.2.0.192.in-addr.arpa"},
		{"255.255.255.255", "255.255.255.255.in-addr.arpa"},
		{"2001:db8::1a", "a.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct address address;
		assert_true(address_read(cases[i].address, &address));
		const struct name name = name_of_address(&address), expected = name_of(cases[i].name);
		assert_true(name_equal(&name, &expected));
		struct address back;
		assert_true(name_to_address(&expected, &back));
		assert_true(address_equal(&back, &address));
	}
}

static void other_names_have_no_address(void **state)
{
	(void)state;
	static const char *const cases[] = {
		".",
		"in-addr.arpa",
		"ip6.arpa",
		"2.0.192.in-addr.arpa",
		"1.255.2.0.192.in-addr.arpa",
		"256.2.0.192.in-addr.arpa",
		"01.2.0.192.in-addr.arpa",
		"1.2.0.192.in-addr.test",
		"a.2.0.192.in-addr.arpa",
		"1111.2.0.192.in-addr.arpa",
		"g.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
		"00.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const struct name name = name_of(cases[i]);
		struct address address = {.port = 7};
		assert_false(name_to_address(&name, &address));
		assert_int_equal(address.port, 7);
	}
	const struct name upper = name_of("A.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.IP6.ARPA");
	struct address address;
	assert_true(name_to_address(&upper, &address));
	assert_int_equal(address.bytes[15], 0x1a);
}

// Random texts from a small alphabet, so that dots, escapes and digits are often adjacent.
static void random_text(char *text, size_t size)
{
	static const char bytes[] = "aZ09-_.\\\\. \"@$()[]\x7f\x80\xff\t1289";
	const size_t length = (size_t)rand() % size;
	for (size_t i = 0; i < length; i++)
		text[i] = bytes[(size_t)rand() % (sizeof bytes - 1)];
	text[length] = '\0';
}

static void glibc_reads_and_writes_and_judges_names_alike(void **state)
{
	(void)state;
	srand(1);
	for (unsigned round = 0; round < 50000; round++) {
		char text[100], ours[NAME_TEXT_SIZE], theirs[NAME_TEXT_SIZE];
		uint8_t wire[NAME_WIRE_SIZE];
		struct name name;
		random_text(text, round % 2 == 0 ? 8 : sizeof text);
		const bool is_name = text[0] != '\0' && ns_name_pton(text, wire, sizeof wire) >= 0;
		if (name_read(text, &name) != is_name)
			fail_msg("glibc says %d of \"%s\"", is_name, text);
		if (!is_name)
			continue;
		assert_memory_equal(name.wire, wire, name.length);
		assert_true(ns_name_ntop(wire, theirs, sizeof theirs) > 0);
		assert_string_equal(name_write(&name, ours), theirs);
		if (name_is_hostname(&name) != (res_hnok(theirs) != 0))
			fail_msg("glibc says hostname %d of \"%s\"", res_hnok(theirs), theirs);
	}
}

static void a_hostname_is_what_glibc_takes_for_one(void **state)
{
	(void)state;
	static const char *const names[] = {
		".",
		"a",
		"-a",
		"a-",
		"a.-b",
		"_a",
		"a_b.c",
		"a b",
		"*.a",
		"a\\.b",
		"\\195",
		"A9",
	};
	for (size_t i = 0; i < LENGTH(names); i++) {
		const struct name name = name_of(names[i]);
		if (name_is_hostname(&name) != (res_hnok(names[i]) != 0))
			fail_msg("%s", names[i]);
	}
	assert_false(name_is_hostname(&(struct name){.length = 0}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_and_written),
		cmocka_unit_test(a_label_has_63_bytes_at_most_and_a_name_255),
		cmocka_unit_test(the_longest_text_fits),
		cmocka_unit_test(broken_wire_is_refused),
		cmocka_unit_test(names_are_compared_without_case),
		cmocka_unit_test(addresses_have_the_names_of_their_ptr_records),
		cmocka_unit_test(other_names_have_no_address),
		cmocka_unit_test(glibc_reads_and_writes_and_judges_names_alike),
		cmocka_unit_test(a_hostname_is_what_glibc_takes_for_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
