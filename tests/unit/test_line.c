// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/line.h"

static void what_is_too_long_is_cut_between_characters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum line_style style;
		size_t size, limit;
		const char *expected;
	} cases[] = {
		{"abcdef", LINE_TEXT, 20, 6, "abcdef"},
		{"abcdefg", LINE_TEXT, 20, 6, "abc..."},
		{"abcdefg", LINE_TEXT, 6, SIZE_MAX, "abc..."},
		{"abcdefg", LINE_TEXT, 2, SIZE_MAX, ".."},
		{"abcdefg", LINE_TEXT, 20, 0, ""},
		{"a\nbcd", LINE_TEXT, 20, 8, "a\\x0abcd"},
		{"a\nbcd", LINE_TEXT, 20, 7, "a..."},
		{"a\nbcd", LINE_JSON, 20, 9, "a..."},
		{"a\nb", LINE_JSON, 20, 9, "a\\u000ab"},
		{"\xC3\xA4\xC3\xA4\xC3\xA4", LINE_TEXT, 20, 5, "\xC3\xA4..."},
		{"\xC3\xA4\xC3\xA4\xC3\xA4", LINE_TEXT, 20, 4, "..."},
		{"a b", LINE_WORD, 20, 20, "a\\x20b"},
		{"a b", LINE_TEXT, 20, 20, "a b"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct line line = {.bytes = malloc(cases[i].size + 1), .size = cases[i].size};
		line_add_escaped(&line, cases[i].text, cases[i].style, cases[i].limit);
		line.size++;
		assert_string_equal(line_end(&line), cases[i].expected);
		free(line.bytes);
	}
}

static void a_full_line_stays_in_its_buffer(void **state)
{
	(void)state;
	struct line line = {.bytes = malloc(4), .size = 4};
	line_add(&line, "abcdef");
	line_add(&line, "g");
	line_add_number(&line, 12);
	line_add_escaped(&line, "h", LINE_TEXT, 10);
	assert_int_equal(line.used, 4);
	assert_int_equal(line_room(&line), 0);
	assert_string_equal(line_end(&line), "abc");
	free(line.bytes);
}

static void numbers_are_written_whole(void **state)
{
	(void)state;
	char bytes[100];
	struct line line = {.bytes = bytes, .size = sizeof bytes};
	line_add_number(&line, 0);
	line_add(&line, " ");
	line_add_number(&line, UINT64_MAX);
	line_add(&line, " ");
	line_add_digits(&line, 7, 3);
	line_add_digits(&line, 0, 2);
	line_add_digits(&line, 2026, 4);
	line_add_digits(&line, 12345, 2);
	assert_string_equal(line_end(&line), "0 18446744073709551615 00700202612345");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_too_long_is_cut_between_characters),
		cmocka_unit_test(a_full_line_stays_in_its_buffer),
		cmocka_unit_test(numbers_are_written_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
