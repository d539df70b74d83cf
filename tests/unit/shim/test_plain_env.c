// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "shim/command/problem.h"
#include "shim/command/program/plain_env.h"
#include "tests/unit/unit.h"

typedef bool write_variable(const char *name, const char *value, FILE *out, struct problem *problem);

// What is written for the value of K, or the message. The caller frees it.
static char *written(write_variable *write, const char *value)
{
	struct problem problem = {.status = 0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const bool done = write("K", value, out, &problem);
	fclose(out);
	if (done)
		return text;
	assert_string_equal(text, "");
	assert_int_equal(problem.status, EXIT_OWN_ERROR);
	free(text);
	return strdup(problem.text);
}

static void a_value_stands_as_it_is_or_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *value, *text;
	} cases[] = {
		{"", "K=\n"},
		{"a b\"c d\" 'e' #f $HOME `x` = ;g \xc3\xbc", "K=a b\"c d\" 'e' #f $HOME `x` = ;g \xc3\xbc\n"},
		{"#a", "K=#a\n"},
		{"a\nb", "--print-env=plain: K: expected no newline or other control character, and UTF-8"},
		{"a\tb", "--print-env=plain: K: expected no newline or other control character, and UTF-8"},
		{"a\x7f", "--print-env=plain: K: expected no newline or other control character, and UTF-8"},
		{"a\xff", "--print-env=plain: K: expected no newline or other control character, and UTF-8"},
		{"a\\b", "--print-env=plain: K: expected no backslash"},
		{" a", "--print-env=plain: K: expected no blank at its ends and no quote at its beginning"},
		{"a ", "--print-env=plain: K: expected no blank at its ends and no quote at its beginning"},
		{"\"a\"", "--print-env=plain: K: expected no blank at its ends and no quote at its beginning"},
		{"'a", "--print-env=plain: K: expected no blank at its ends and no quote at its beginning"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *text = written(plain_env_write, cases[i].value);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

static void a_line_is_shorter_than_64_kib(void **state)
{
	(void)state;
	char value[65536];

	memset(value, 'a', sizeof(value));
	value[65536 - strlen("K=\n") - 1] = '\0';
	char *text = written(plain_env_write, value);
	assert_int_equal(strlen(text), 65535);
	free(text);
	value[strlen(value)] = 'a';
	value[65536 - strlen("K=\n")] = '\0';
	text = written(plain_env_write, value);
	assert_string_equal(text, "--print-env=plain: K: expected at most 64 KiB");
	free(text);
}

static void directives_are_separated_by_semicolons(void **state)
{
	(void)state;
	static const struct {
		const char *directives, *text;
	} cases[] = {
		{"a\nb\n--\nc", "K=a;b;--;c\n"},
		{"a \"b;c\"\n\n# d\ne", "K=a \"b;c\";;# d;e\n"},
		{"", "K=\n"},
		{"a\nb\\", "--print-env=plain: K: expected no backslash"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *text = written(plain_env_write_directives, cases[i].directives);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_stands_as_it_is_or_is_refused),
		cmocka_unit_test(a_line_is_shorter_than_64_kib),
		cmocka_unit_test(directives_are_separated_by_semicolons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
