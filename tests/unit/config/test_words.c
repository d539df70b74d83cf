// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "config/base/words.h"
#include "tests/unit/unit.h"

// Joins the words with '|'.
static char *joined(const struct words *words, char *text)
{
	*text = '\0';
	for (size_t i = 0; i < words->count; i++)
		strcat(strcat(text, i > 0 ? "|" : ""), words->word[i]);
	return text;
}

static void a_line_is_cut_at_blanks_outside_quotes(void **state)
{
	(void)state;
	static const struct {
		const char *line, *words;
	} cases[] = {
		{"", ""},
		{" \t\r", ""},
		{"a", "a"},
		{"  a\tb  c \r", "a|b|c"},
		{"a # b", "a"},
		{"# a", ""},
		{"a ; b", "a"},
		{"a#b;c", "a#b;c"},
		{"\"a b\" c", "a b|c"},
		{"\"# ; \"", "# ; "},
		{"a\"b c\"d", "ab cd"},
		{"\"\" x", "|x"},
		{"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"},
		{"a\\.b\\\\", "a\\.b\\\\"},
		{"\"a\"\"b\"", "ab"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char text[100];
		struct words words;
		assert_int_equal(words_split(cases[i].line, strlen(cases[i].line), &words), WORDS_OK);
		assert_string_equal(joined(&words, text), cases[i].words);
		words_clear(&words);
	}
}

static void only_the_given_bytes_are_read(void **state)
{
	(void)state;
	char text[100];
	struct words words;
	char *line = malloc(3);  // exact size, for the sanitizer
	memcpy(line, "a\0b", 3);
	assert_int_equal(words_split(line, 3, &words), WORDS_OK);
	assert_string_equal(joined(&words, text), "a|b");
	words_clear(&words);
	free(line);
}

static void an_unclosed_quote_is_an_error(void **state)
{
	(void)state;
	static const char *const lines[] = {"\"", "a \"b", "\"a\\\"", "\"a\\"};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		struct words words;
		assert_int_equal(words_split(lines[i], strlen(lines[i]), &words), WORDS_OPEN_QUOTE);
		words_clear(&words);
		words_clear(&words);
	}
}

static void too_many_words_are_an_error(void **state)
{
	(void)state;
	char line[2 * WORDS_MAX + 3];
	struct words words;
	for (size_t i = 0; i < sizeof line; i++)
		line[i] = i % 2 == 0 ? 'x' : ' ';
	assert_int_equal(words_split(line, 2 * WORDS_MAX, &words), WORDS_OK);
	assert_int_equal(words.count, WORDS_MAX);
	words_clear(&words);
	assert_int_equal(words_split(line, 2 * WORDS_MAX + 1, &words), WORDS_TOO_MANY);
	words_clear(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_cut_at_blanks_outside_quotes),
		cmocka_unit_test(only_the_given_bytes_are_read),
		cmocka_unit_test(an_unclosed_quote_is_an_error),
		cmocka_unit_test(too_many_words_are_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
