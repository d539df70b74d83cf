// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/directive.h"
#include "tests/unit/unit.h"

static void every_row_is_found_by_its_word(void **state)
{
	(void)state;
	size_t count;
	const struct directive *rows = directive_all(&count);
	assert_true(count >= 7);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(directive_find(rows[i].word), &rows[i]);
		assert_memory_equal(rows[i].synopsis, rows[i].word, strlen(rows[i].word));
		assert_true(rows[i].path_word != 0 || (rows[i].keyword == NULL && rows[i].prefix == NULL));
	}
	assert_null(directive_find(""));
	assert_null(directive_find("name"));
	assert_null(directive_find("nameservers"));
}

static void only_directives_that_glibc_implements_count_in_resolvconf(void **state)
{
	(void)state;
	static const char *const words[] = {"nameserver", "search", "domain", "sortlist", "options"};
	size_t count, known = 0;
	const struct directive *rows = directive_all(&count);
	for (size_t i = 0; i < count; i++)
		known += rows[i].in_resolvconf;
	assert_int_equal(known, LENGTH(words));
	for (size_t i = 0; i < known; i++)
		assert_true(directive_find(words[i])->in_resolvconf);
}

static void a_line_means_the_same_from_elsewhere(void **state)
{
	(void)state;
	static const struct {
		const char *line, *directory, *absolute;
	} cases[] = {
		{"hosts my.hosts", "/etc", "hosts /etc/my.hosts"},
		{"hosts my.hosts", "/", "hosts /my.hosts"},
		{"hosts ../x # comment", "/etc/", "hosts /etc/../x"},
		{"hosts /x", "/etc", "hosts /x"},
		{"hosts none", "/etc", "hosts none"},
		{"hosts ./none", "/etc", "hosts /etc/./none"},
		{"log my.log json", "/var/my logs", "log \"/var/my logs/my.log\" json"},
		{"log stderr json", "/etc", "log stderr json"},
		{"log fd:3", "/etc", "log fd:3"},
		{"log \"a;b\\\"c\\\\d e\"", "/etc", "log \"/etc/a;b\\\"c\\\\d e\""},
		{"log a\\b", "/etc", "log /etc/a\\b"},
		{"log \"a b\\\\\"", "/etc", "log \"/etc/a b\\\\\""},
		{"nameserver 192.0.2.1#53 for a", "/etc", "nameserver 192.0.2.1\"#\"53 for a"},
		{"  search  a\tb", "/etc", "search a b"},
		{"hosts", "/etc", "hosts"},
		{"hosts \"\"", "/etc", "hosts \"\""},
		{"nonsense x", "/etc", "nonsense x"},
		{"hosts \"x", "/etc", "hosts \"x"},
		{"# nothing", "/etc", ""},
		{"", "/etc", ""},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *absolute = directive_absolute(cases[i].line, cases[i].directory);
		struct words got, expected;
		assert_non_null(absolute);
		// Any quoting is correct that gives the same words.
		assert_int_equal(words_split(absolute, strlen(absolute), &got),
			words_split(cases[i].absolute, strlen(cases[i].absolute), &expected));
		assert_int_equal(got.count, expected.count);
		for (size_t w = 0; w < got.count; w++)
			assert_string_equal(got.word[w], expected.word[w]);
		words_clear(&got);
		words_clear(&expected);
		free(absolute);
	}
}

// In the environment a ';' outside quotes ends the directive.
static void a_semicolon_is_quoted(void **state)
{
	(void)state;
	char *absolute = directive_absolute("hosts a;b", "/etc");
	assert_string_equal(absolute, "hosts \"/etc/a;b\"");
	free(absolute);
}

static void without_a_directory_it_is_the_working_directory(void **state)
{
	(void)state;
	char *working = getcwd(NULL, 0);
	char *absolute = directive_absolute("hosts x", NULL);
	assert_memory_equal(absolute + strlen("hosts "), working, strlen(working));
	assert_string_equal(absolute + strlen("hosts ") + strlen(working), "/x");
	free(absolute);
	free(working);
}

static void a_tilde_is_the_home(void **state)
{
	(void)state;
	setenv("HOME", "/home/user", 1);
	char *absolute = directive_absolute("zone ~/a.zone", "/etc");
	assert_string_equal(absolute, "zone /home/user/a.zone");
	free(absolute);
	setenv("HOME", "relative", 1);
	absolute = directive_absolute("zone ~/a.zone", "/etc");
	assert_string_equal(absolute, "zone /etc/~/a.zone");
	free(absolute);
}

static void each_directive_of_the_environment_becomes_a_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *absolute;
	} cases[] = {
		{"", ""},
		{"search a", "search a"},
		{"search a;hosts x", "search a\nhosts /etc/x"},
		{"hosts \"a;b\"\n\nlog c;", "hosts \"/etc/a;b\"\n\nlog /etc/c"},
		{";;", "\n"},
		{"hosts \"x;y", "hosts \"x;y"},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *absolute = directives_absolute(cases[i].text, "/etc");
		assert_string_equal(absolute, cases[i].absolute);
		free(absolute);
	}
}

// Takes more than a minute if the time is quadratic in the number of lines.
static void many_directives_take_no_longer_than_they_are(void **state)
{
	(void)state;
	const size_t size = 1024 * 1024;
	char *text = malloc(size + 1);
	memset(text, ';', size);
	text[size] = '\0';
	const clock_t start = clock();
	char *absolute = directives_absolute(text, "/etc");
	assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
	assert_int_equal(strlen(absolute), size - 1);
	free(absolute);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_found_by_its_word),
		cmocka_unit_test(only_directives_that_glibc_implements_count_in_resolvconf),
		cmocka_unit_test(a_line_means_the_same_from_elsewhere),
		cmocka_unit_test(a_semicolon_is_quoted),
		cmocka_unit_test(without_a_directory_it_is_the_working_directory),
		cmocka_unit_test(a_tilde_is_the_home),
		cmocka_unit_test(each_directive_of_the_environment_becomes_a_line),
		cmocka_unit_test(many_directives_take_no_longer_than_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
