// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "tests/unit/unit.h"

static void what_is_too_long_is_cut_between_characters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum escape_style style;
		size_t size, limit;
		const char *expected;
	} cases[] = {
		{"abcdef", ESCAPE_TEXT, 20, 6, "abcdef"},
		{"abcdefg", ESCAPE_TEXT, 20, 6, "abc..."},
		{"abcdefg", ESCAPE_TEXT, 6, SIZE_MAX, "abc..."},
		{"abcdefg", ESCAPE_TEXT, 2, SIZE_MAX, ".."},
		{"abcdefg", ESCAPE_TEXT, 20, 0, ""},
		{"a\nbcd", ESCAPE_TEXT, 20, 8, "a\\x0abcd"},
		{"a\nbcd", ESCAPE_TEXT, 20, 7, "a..."},
		{"a\nbcd", ESCAPE_JSON, 20, 9, "a..."},
		{"a\nb", ESCAPE_JSON, 20, 9, "a\\u000ab"},
		{"\xC3\xA4\xC3\xA4\xC3\xA4", ESCAPE_TEXT, 20, 5, "\xC3\xA4..."},
		{"\xC3\xA4\xC3\xA4\xC3\xA4", ESCAPE_TEXT, 20, 4, "..."},
		{"a b", ESCAPE_WORD, 20, 20, "a\\x20b"},
		{"a b", ESCAPE_TEXT, 20, 20, "a b"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct strbuf line = {.bytes = malloc(cases[i].size + 1), .size = cases[i].size};
		strbuf_add_escaped(&line, cases[i].text, cases[i].style, cases[i].limit);
		line.size++;
		assert_string_equal(strbuf_end(&line), cases[i].expected);
		free(line.bytes);
	}
}

static void a_full_line_stays_in_its_buffer(void **state)
{
	(void)state;
	struct strbuf line = {.bytes = malloc(4), .size = 4};
	strbuf_add(&line, "abcdef");
	strbuf_add(&line, "g");
	strbuf_add_number(&line, 12);
	strbuf_add_escaped(&line, "h", ESCAPE_TEXT, 10);
	assert_int_equal(line.used, 4);
	assert_int_equal(strbuf_room(&line), 0);
	assert_string_equal(strbuf_end(&line), "abc");
	free(line.bytes);
}

static void numbers_are_written_whole(void **state)
{
	(void)state;
	char bytes[100];
	struct strbuf line = {.bytes = bytes, .size = sizeof bytes};
	strbuf_add_number(&line, 0);
	strbuf_add(&line, " ");
	strbuf_add_number(&line, UINT64_MAX);
	strbuf_add(&line, " ");
	strbuf_add_digits(&line, 7, 3);
	strbuf_add_digits(&line, 0, 2);
	strbuf_add_digits(&line, 2026, 4);
	strbuf_add_digits(&line, 12345, 2);
	assert_string_equal(strbuf_end(&line), "0 18446744073709551615 00700202612345");
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
