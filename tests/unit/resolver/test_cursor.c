// SPDX-License-Identifier: MIT
#include "resolver/dns/cursor.h"

#include <string.h>

#include "config/base/name.h"
#include "tests/unit/unit.h"

static struct cursor cursor_of(const void *bytes, size_t size, size_t at)
{
	return (struct cursor){.bytes = bytes, .size = size, .at = at};
}

static void numbers_are_big_endian(void **state)
{
	(void)state;
	struct cursor cursor = cursor_of("\1\2\3\4\5\6\7\x89", 8, 0);
	assert_int_equal(cursor_u8(&cursor), 1);
	assert_int_equal(cursor_u16(&cursor), 0x0203);
	assert_int_equal(cursor_u32(&cursor), 0x04050607);
	assert_int_equal(*cursor_bytes(&cursor, 1), 0x89);
	assert_int_equal(cursor.at, 8);
	assert_false(cursor.failed);
}

static void a_read_beyond_the_end_fails_and_all_later_ones_do(void **state)
{
	(void)state;
	struct cursor cursor = cursor_of("\1\2\3", 3, 0);
	assert_int_equal(cursor_u32(&cursor), 0);
	assert_true(cursor.failed);
	assert_int_equal(cursor_u8(&cursor), 0);
	assert_null(cursor_bytes(&cursor, 1));
}

static void a_name_ends_after_its_first_pointer(void **state)
{
	(void)state;
	static const char message[] = "\4test\0\3app\xC0\0\xC0\6";
	static const struct {
		size_t at, end;
		const char *name;
	} cases[] = {{0, 6, "test"}, {6, 12, "app.test"}, {12, 14, "app.test"}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct cursor read = cursor_of(message, 14, cases[i].at), skipped = read;
		struct name name;
		char text[NAME_TEXT_SIZE];
		cursor_name(&read, &name);
		cursor_name(&skipped, NULL);
		assert_false(read.failed);
		assert_string_equal(name_write(&name, text), cases[i].name);
		assert_int_equal(read.at, cases[i].end);
		assert_int_equal(skipped.at, cases[i].end);
	}
}

static void a_malformed_name_fails(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t size;
	} cases[] = {
		{"\xC0\0", 2},        // a pointer to itself
		{"\xC0\2\xC0\0", 4},  // forward
		{"\xC0", 1},
		{"\4tes", 4},
		{"\4test", 5},
		{"\x41", 1},  // a label type that is not defined
		{"", 0},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct cursor cursor = cursor_of(cases[i].bytes, cases[i].size, 0);
		struct name name;
		cursor_name(&cursor, &name);
		assert_true(cursor.failed);
	}
}

// A message with a pointer behind four labels, of which the last one has a length of its own.
static size_t write_labels(uint8_t *message, size_t last)
{
	const size_t lengths[] = {63, 63, 63, last};
	uint8_t *at = message;
	for (size_t i = 0; i < LENGTH(lengths); i++) {
		*at++ = (uint8_t)lengths[i];
		memset(at, 'x', lengths[i]);
		at += lengths[i];
	}
	memcpy(at, "\0\1a\xC0\0", 5);
	return (size_t)(at + 5 - message);
}

static void a_name_has_at_most_255_bytes(void **state)
{
	(void)state;
	uint8_t message[NAME_WIRE_SIZE + 10];
	static const struct {
		size_t last, behind;  // the last label's length; where the name starts, from its end
		bool is_name;
	} cases[] = {{61, 0, true}, {62, 0, false}, {59, 4, true}, {60, 4, false}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const size_t size = write_labels(message, cases[i].last);
		struct cursor read = cursor_of(message, size, cases[i].behind ? size - cases[i].behind : 0), skipped = read;
		struct name name;
		cursor_name(&read, &name);
		cursor_name(&skipped, NULL);
		assert_int_equal(!read.failed, cases[i].is_name);
		assert_int_equal(!skipped.failed, cases[i].is_name);
		if (cases[i].is_name)
			assert_int_equal(name.length, NAME_WIRE_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(a_read_beyond_the_end_fails_and_all_later_ones_do),
		cmocka_unit_test(a_name_ends_after_its_first_pointer),
		cmocka_unit_test(a_malformed_name_fails),
		cmocka_unit_test(a_name_has_at_most_255_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
