// SPDX-License-Identifier: MIT
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shim/command/json.h"
#include "tests/unit/unit.h"

static char *written;
static size_t written_size;
static struct json json;

static void begin(void)
{
	json = (struct json){.out = open_memstream(&written, &written_size), .is_first = true};
	assert_non_null(json.out);
}

static void assert_written(const char *text)
{
	assert_int_equal(fclose(json.out), 0);
	assert_string_equal(written, text);
	assert_int_equal(written_size, strlen(text));
	free(written);
}

static void targets_and_elements_are_parted_by_commas(void **state)
{
	(void)state;
	begin();
	json_begin(&json, NULL, '{');
	json_text(&json, "a", "x");
	json_text(&json, "left out", NULL);
	json_begin(&json, "list", '[');
	json_text(&json, NULL, NULL);
	json_text(&json, NULL, "one");
	json_begin(&json, NULL, '{');
	json_end(&json, '}');
	json_begin(&json, NULL, '[');
	json_end(&json, ']');
	json_number(&json, NULL, 3);
	json_end(&json, ']');
	json_bool(&json, "yes", true);
	json_bool(&json, "no", false);
	json_begin(&json, "empty", '{');
	json_text(&json, "left out", NULL);
	json_end(&json, '}');
	json_text(&json, "last", "");
	json_end(&json, '}');
	assert_written("{\"a\":\"x\",\"list\":[\"one\",{},[],3],\"yes\":true,\"no\":false,\"empty\":{},\"last\":\"\"}");
}

static void an_object_is_one_line_with_words_as_an_array(void **state)
{
	(void)state;
	begin();
	struct json line = json_open(json.out);
	json_words(&line, "two", "a b\"");
	json_words(&line, "none", "");
	json_words(&line, "left out", NULL);
	json_close(&line);
	assert_written("{\"two\":[\"a\",\"b\\\"\"],\"none\":[]}\n");
}

static void numbers_are_written_whole(void **state)
{
	(void)state;
	begin();
	json_begin(&json, NULL, '[');
	json_number(&json, NULL, 0);
	json_number(&json, NULL, UINT32_MAX);
	json_number(&json, NULL, INT64_MIN);
	json_number(&json, NULL, INT64_MAX);
	json_end(&json, ']');
	assert_written("[0,4294967295,-9223372036854775808,9223372036854775807]");
}

// From microseconds: three digits after the point, in every locale.
static void milliseconds_are_a_fraction_with_a_point(void **state)
{
	(void)state;
	setlocale(LC_ALL, "de_DE.UTF-8");
	begin();
	json_begin(&json, NULL, '[');
	json_milliseconds(&json, NULL, 0);
	json_milliseconds(&json, NULL, 7);
	json_milliseconds(&json, NULL, 1002003);
	json_end(&json, ']');
	setlocale(LC_ALL, "C");
	assert_written("[0.000,0.007,1002.003]");
}

static void texts_are_escaped_where_json_or_a_terminal_requires_it(void **state)
{
	(void)state;
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"plain /'<>", "plain /'<>"}, {"\"", "\\\""}, {"\\", "\\\\"}, {"\\\"", "\\\\\\\""},
		{"\1\n\t\r\x1b[31m\x1f", "\\u0001\\u000a\\u0009\\u000d\\u001b[31m\\u001f"}, {"\x7f", "\\u007f"},
		{"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\xff"
		 "a",
			"\\\\xffa"},
		{"\xc3", "\\\\xc3"},                        // truncated
		{"\xc0\xaf", "\\\\xc0\\\\xaf"},             // overlong
		{"\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80"},  // a surrogate
		{"\xf4\x90\x80\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80"},
		{"\xc2\x9b"
		 "31m",
			"\\\\xc2\\\\x9b31m"},  // CSI, as terminals have it besides ESC [
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char expected[256];
		begin();
		json_text(&json, NULL, cases[i].text);
		snprintf(expected, sizeof expected, "\"%s\"", cases[i].json);
		assert_written(expected);
	}
}

static void assert_text_written(const char *text, const char *wanted)
{
	begin();
	json_text(&json, NULL, text);
	assert_written(wanted);
}

static void long_texts_are_whole(void **state)
{
	(void)state;
	char text[1000], wanted[6 * sizeof(text) + 3];
	for (size_t filler = 0; filler < 8; filler++) {
		// Characters of two bytes, at all places where a piece may end.
		memset(text, 'a', filler);
		for (size_t at = filler; at < 900; at += 2)
			memcpy(text + at, "\xc3\xa4", 3);
		snprintf(wanted, sizeof(wanted), "\"%s\"", text);
		assert_text_written(text, wanted);
	}
	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	char *end = stpcpy(wanted, "\"");
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		end = stpcpy(end, "\\u0001");
	strcpy(end, "\"");
	assert_text_written(text, wanted);
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	(void)state;
	char text[300];
	memset(text, '\x80', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	char wanted[5 * sizeof(text) + 3], *end = stpcpy(wanted, "\"");
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		end = stpcpy(end, "\\\\x80");
	strcpy(end, "\"");
	assert_text_written(text, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_and_elements_are_parted_by_commas),
		cmocka_unit_test(an_object_is_one_line_with_words_as_an_array),
		cmocka_unit_test(numbers_are_written_whole),
		cmocka_unit_test(milliseconds_are_a_fraction_with_a_point),
		cmocka_unit_test(texts_are_escaped_where_json_or_a_terminal_requires_it),
		cmocka_unit_test(long_texts_are_whole),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
