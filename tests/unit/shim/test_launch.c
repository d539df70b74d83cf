// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "shim/command/problem.h"
#include "shim/command/program/launch.h"
#include "shim/command/program/preload.h"
#include "shim/command/settings.h"
#include "tests/unit/unit.h"

static void the_library_is_preloaded_first_and_once_or_not_at_all(void **state)
{
	(void)state;
	static const struct {
		const char *preload, *value;
	} cases[] = {
		{NULL, "/l.so"},
		{"", "/l.so"},
		{" : :", "/l.so"},
		{"/l.so", "/l.so"},
		{"/l.so:/l.so /l.so", "/l.so"},
		{"/a.so", "/l.so:/a.so"},
		{"/a.so /b.so", "/l.so:/a.so:/b.so"},
		{"/a.so:/l.so", "/l.so:/a.so"},
		{"/l.so.1:/x/l.so:l.so", "/l.so:/l.so.1:/x/l.so:l.so"},
		{"::/a.so::/b.so:", "/l.so:/a.so:/b.so"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *value = preload_value("/l.so", true, cases[i].preload);
		assert_string_equal(value, cases[i].value);
		free(value);
	}
	char *others = preload_value("/l.so", false, "/a.so:/l.so /b.so");
	assert_string_equal(others, "/a.so:/b.so");
	free(others);
}

static void godebug_gets_netdns_once(void **state)
{
	(void)state;
	static const struct {
		const char *godebug, *value;
	} cases[] = {
		{NULL, "netdns=cgo"},
		{"", "netdns=cgo"},
		{"http2debug=1", "http2debug=1,netdns=cgo"},
		{"netdns=go", "netdns=go"},
		{"a=1,netdns=go+2,b=2", "a=1,netdns=go+2,b=2"},
		{"xnetdns=go", "xnetdns=go,netdns=cgo"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char *value = launch_godebug(cases[i].godebug);
		assert_string_equal(value, cases[i].value);
		free(value);
	}
}

static void printed_values_are_quoted_for_the_shell(void **state)
{
	(void)state;
	char directives[] = "one 'two'\nthree", config_file[] = "/a $b", config_copy[] = "/a $b\nfour";
	const struct settings settings = {.directives = directives, .config_file = config_file, .config_copy = config_copy};
	struct problem problem;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	setenv("GODEBUG", "http2debug=1", 1);
	assert_true(launch_print_env("/l.so", &settings, false, out, &problem));
	fclose(out);
	assert_string_equal(text,
		"LD_PRELOAD='/l.so'\nWITHDNS='one '\\''two'\\''\nthree'\nWITHDNS_VERSION='" VERSION "'\nWITHDNS_CONF='/a $b'\n"
		"WITHDNS_CONF_COPY='/a $b\nfour'\n"
		"GODEBUG='http2debug=1,netdns=cgo'\n");
	free(text);
}

// What is written for the value of K, or the message. The caller frees it.
static char *written(const char *value, bool are_directives)
{
	struct problem problem = {.status = 0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	const bool done = launch_write_plain("K", value, are_directives, out, &problem);
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
		char *text = written(cases[i].value, false);
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
	char *text = written(value, false);
	assert_int_equal(strlen(text), 65535);
	free(text);
	value[strlen(value)] = 'a';
	value[65536 - strlen("K=\n")] = '\0';
	text = written(value, false);
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
		char *text = written(cases[i].directives, true);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_library_is_preloaded_first_and_once_or_not_at_all),
		cmocka_unit_test(godebug_gets_netdns_once),
		cmocka_unit_test(printed_values_are_quoted_for_the_shell),
		cmocka_unit_test(a_value_stands_as_it_is_or_is_refused),
		cmocka_unit_test(a_line_is_shorter_than_64_kib),
		cmocka_unit_test(directives_are_separated_by_semicolons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
