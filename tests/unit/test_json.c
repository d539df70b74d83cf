// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "shim/command/json.h"

static void assert_written(const char *text, const char *wanted)
{
	char *written = NULL;
	size_t size;
	FILE *out = open_memstream(&written, &size);
	assert_non_null(out);
	struct json json = {.out = out, .is_first = true};
	json_text(&json, NULL, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(written, wanted);
	free(written);
}

static void what_would_end_a_string_is_escaped(void **state)
{
	(void)state;
	assert_written("", "\"\"");
	assert_written("a b", "\"a b\"");
	assert_written("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_written("a\nb\x1b", "\"a\\u000ab\\u001b\"");
	assert_written(NULL, "");
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
		assert_written(text, wanted);
	}
	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	char *end = stpcpy(wanted, "\"");
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		end = stpcpy(end, "\\u0001");
	strcpy(end, "\"");
	assert_written(text, wanted);
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
	assert_written(text, wanted);
}

static void members_and_elements_are_parted_by_commas(void **state)
{
	(void)state;
	char *written = NULL;
	size_t size;
	FILE *out = open_memstream(&written, &size);
	assert_non_null(out);
	struct json json = {.out = out, .is_first = true};
	json_begin(&json, NULL, '{');
	json_text(&json, "a", "b");
	json_text(&json, "left out", NULL);
	json_begin(&json, "c", '[');
	json_number(&json, NULL, -1);
	json_bool(&json, NULL, true);
	json_end(&json, ']');
	json_milliseconds(&json, "d", 1250);
	json_end(&json, '}');
	assert_int_equal(fclose(out), 0);
	assert_string_equal(written, "{\"a\":\"b\",\"c\":[-1,true],\"d\":1.250}");
	free(written);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_would_end_a_string_is_escaped),
		cmocka_unit_test(long_texts_are_whole),
		cmocka_unit_test(members_and_elements_are_parted_by_commas),
		cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
