// SPDX-License-Identifier: MIT
#include "config/base/rrtype.h"
#include "tests/unit/unit.h"

static void types_are_read_by_mnemonic_or_number(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int type;  // -1: invalid
	} cases[] = {
		{"A", 1},
		{"a", 1},
		{"AAAA", 28},
		{"aaaa", 28},
		{"Https", 65},
		{"ANY", 255},
		{"TYPE65", 65},
		{"type1", 1},
		{"TYPE0", 0},
		{"TYPE65535", 65535},
		{"TYPE00028", 28},
		{"NSAP-PTR", 23},
		{"PTR", 12},
		{"TXT", 16},
		{"SRV", 33},
		{"NAPTR", 35},
		{"SSHFP", 44},
		{"TLSA", 52},
		{"CAA", 257},
		{"DLV", 32769},
		{"", -1},
		{"TYPE", -1},
		{"TYPE65536", -1},
		{"TYPE-1", -1},
		{"TYPE1x", -1},
		{"TYPE18446744073709551617", -1},
		{"AA", -1},
		{"A ", -1},
		{"28", -1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint16_t type = 4711;
		const bool was_read = rrtype_read(cases[i].text, &type);
		if (was_read != (cases[i].type >= 0) || type != (was_read ? cases[i].type : 4711))
			fail_msg("%s: %d, %u", cases[i].text, was_read, type);
	}
}

static void every_type_is_read_as_it_is_written(void **state)
{
	(void)state;
	char text[RRTYPE_TEXT_SIZE];
	for (unsigned number = 0; number <= UINT16_MAX; number++) {
		uint16_t type;
		assert_true(rrtype_read(rrtype_write((uint16_t)number, text), &type));
		assert_int_equal(type, number);
	}
}

static void mnemonics_are_written_where_there_are_any(void **state)
{
	(void)state;
	char text[RRTYPE_TEXT_SIZE];
	assert_string_equal(rrtype_write(RRTYPE_DNAME, text), "DNAME");
	assert_string_equal(rrtype_write(65280, text), "TYPE65280");
	assert_string_equal(rcode_write(RCODE_NOERROR, text), "NOERROR");
	assert_string_equal(rcode_write(RCODE_BADCOOKIE, text), "BADCOOKIE");
	assert_string_equal(rcode_write(24, text), "RCODE24");
	assert_string_equal(rcode_write(65535, text), "RCODE65535");
	uint16_t rcode;
	assert_true(rcode_read("badcookie", &rcode) && rcode == RCODE_BADCOOKIE);
	assert_true(rcode_read("RCODE24", &rcode) && rcode == 24);
	assert_false(rcode_read("24", &rcode));
}

static void classes_are_read_by_mnemonic_or_number(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int class;  // -1: invalid
	} cases[] = {
		{"IN", 1},
		{"in", 1},
		{"Ch", 3},
		{"HS", 4},
		{"NONE", 254},
		{"CLASS1", 1},
		{"class65535", 65535},
		{"CLASS0", 0},
		{"ANY", -1},
		{"any", -1},
		{"CLASS255", 255},
		{"", -1},
		{"CLASS", -1},
		{"CLASS65536", -1},
		{"CLASS-1", -1},
		{"CLASS1x", -1},
		{"INN", -1},
		{"I", -1},
		{"1", -1},
		{"TYPE1", -1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		uint16_t class = 4711;
		const bool was_read = rrclass_read(cases[i].text, &class);
		if (was_read != (cases[i].class >= 0) || class != (was_read ? cases[i].class : 4711))
			fail_msg("%s: %d, %u", cases[i].text, was_read, class);
	}
}

// Except ANY, which always means the type.
static void every_class_is_read_as_it_is_written(void **state)
{
	(void)state;
	char text[RRTYPE_TEXT_SIZE];
	for (unsigned number = 0; number <= UINT16_MAX; number++) {
		uint16_t class = 0;
		const bool was_read = rrclass_read(rrclass_write((uint16_t)number, text), &class);
		assert_int_equal(was_read, number != 255);
		assert_int_equal(class, was_read ? number : 0);
	}
	assert_string_equal(rrclass_write(RRCLASS_CH, text), "CH");
	assert_string_equal(rrclass_write(65535, text), "CLASS65535");
}

// No word is both a type and a class.
static void no_word_is_a_type_and_a_class(void **state)
{
	(void)state;
	char text[RRTYPE_TEXT_SIZE];
	for (unsigned number = 0; number <= UINT16_MAX; number++) {
		uint16_t other;
		assert_false(rrclass_read(rrtype_write((uint16_t)number, text), &other));
		rrclass_write((uint16_t)number, text);
		assert_int_equal(rrtype_read(text, &other), number == 255);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_are_read_by_mnemonic_or_number),
		cmocka_unit_test(every_type_is_read_as_it_is_written),
		cmocka_unit_test(mnemonics_are_written_where_there_are_any),
		cmocka_unit_test(classes_are_read_by_mnemonic_or_number),
		cmocka_unit_test(every_class_is_read_as_it_is_written),
		cmocka_unit_test(no_word_is_a_type_and_a_class),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
