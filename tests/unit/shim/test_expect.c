// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "config/config_error.h"
#include "config/name_list.h"
#include "shim/command/watch/expect.h"
#include "tests/unit/files.h"
#include "tests/unit/journals.h"

static bool is_lacking(const struct name_list *expected, const struct journal *journal)
{
	FILE *out = fopen("/dev/null", "w");
	const size_t count = expect_write_lacking(expected, journal, out);
	fclose(out);
	return count > 0;
}

static void names_outside_the_file_are_reported_once(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool is_lacking;
	} cases[] = {
		{CALL(1, "api.test", "", "0", "1000"), false},
		{CALL(1, "other.test", "", "0", "1000"), false},
		{CALL(1, "API.test.", "", "0", "1000"), false},
		{CALL(1, "x.api.test", "", "0", "1000"), true},
		{CALL(1, "a.db.test", "", "0", "1000"), false},
		{CALL(1, "a.b.db.test", "", "0", "1000"), false},
		{CALL(1, "db.test", "", "0", "1000"), true},
		{CALL(1, "192.0.2.1", "source=literal|", "0", "1000"), false},
		{CALL(1, "192.0.2.1", "", "0", "1000"), false},
		{CALL(1, "1.2.0.192.in-addr.arpa", "", "0", "1000"), false},
		{CALL(1, "192.0.2.2", "", "0", "1000"), true},
		{CALL(1, "", "", "0", "1000"), false},
		{CALL(1, "no..name", "", "0", "1000"), true},
		{"event=exchange|name=other.test\n", false},
	};
	struct name_list expected;
	struct config_error error;
	const char *path = files_make(
		"expected", "\xef\xbb\xbfother.test\n# names\napi.test   # the service\n\n*.db.test\r\n\t192.0.2.1\nlast.test");
	assert_true(name_list_read(path, "", &expected, &error));
	assert_int_equal(expected.count, 5);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct journal journal = parsed(cases[i].line);
		assert_int_equal(journal.count, 1);
		assert_int_equal(is_lacking(&expected, &journal), cases[i].is_lacking);
		journal_clear(&journal);
	}
	struct journal journal = parsed(
		CALL(1, "z.test", "", "0", "1000") CALL(1, "a\x1b.test", "", "0", "1000") CALL(2, "Z.test", "", "0", "1000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(expect_write_lacking(&expected, &journal, out), 3);
	fclose(out);
	assert_string_equal(text,
		"withdns: unexpected lookup of a\\x1b.test: getaddrinfo by [1]\n"
		"withdns: unexpected lookup of z.test: getaddrinfo by [1], and 1 more\n");
	free(text);
	journal_clear(&journal);
	name_list_clear(&expected);
}

static void a_malformed_expectation_is_an_error_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned line;
	} cases[] = {
		{"a.test b.test\n", 1},
		{"a.test\n\n..\nb.test\n", 3},
		{"a.test\n*.", 2},
		{"#\n*..test", 2},
		{"*\n", 1},
		{"a.test\n*.*.test\n", 2},
		{"a.*\n", 1},
		{"https://a.test/\n", 1},
		{"a.test:443\n", 1},
		{"a.test/\n", 1},
		{"192.0.2.0/24\n", 1},
		{"*.192.0.2.1\n", 1},
		{"[::1]:53\n", 1},
		{"a?.test\n", 1},
		{"a.test/NONE\n", 1},
		{"a.test/A/AAAA\n", 1},
		{"a.test /A\n", 1},
		{"a.test/24\n", 1},
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct name_list expected;
		struct config_error error;
		char text[200];
		const char *path = files_make("expected", cases[i].text);
		assert_false(name_list_read(path, "", &expected, &error));
		snprintf(
			text, sizeof(text), "%s:%u: expected one name or *.domain, then /TYPE or nothing", path, cases[i].line);
		assert_string_equal(error.text, text);
		name_list_clear(&expected);
	}
}

#define CALL_WITH(function, name, members) \
	"time=1795404363122|pid=7|program=curl|event=call|call=" function "|name=" name "|" members "result=0|ms=1000\n"

static void a_line_with_a_type_is_for_lookups_of_that_type(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool is_lacking;
	} cases[] = {
		{CALL_WITH("res_query", "mail.test", "arguments=type=MX|"), false},
		{CALL_WITH("query", "mail.test", "arguments=type=MX client=1|"), false},
		{CALL_WITH("res_query", "mail.test", "arguments=type=A|"), true},
		{CALL_WITH("getaddrinfo", "four.test", "arguments=service=80 family=inet|"), false},
		{CALL_WITH("getaddrinfo", "four.test", "arguments=family=inet6|"), true},
		{CALL_WITH("getaddrinfo", "four.test", ""), true},
		{CALL_WITH("gethostbyname", "four.test", ""), false},
		{CALL_WITH("gethostbyname2", "four.test", "arguments=family=inet6|"), true},
		{CALL_WITH("getaddrinfo_a", "both.test", ""), false},
		{CALL_WITH("getnameinfo", "192.0.2.1", ""), false},
		{CALL_WITH("res_query", "a.any.test", "arguments=type=TXT|"), false},
		{CALL_WITH("getnetbyname", "four.test", ""), true},
		{CALL_WITH("getnetbyname", "a.any.test", ""), false},
	};
	struct name_list expected;
	struct config_error error;
	const char *path = files_make("expected",
		"mail.test/MX\nfour.test/a\nboth.test/A\nboth.test/AAAA\n192.0.2.1/PTR\n*.any.test\n*.any.test/A\n");
	assert_true(name_list_read(path, "", &expected, &error));
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct journal journal = parsed(cases[i].line);
		assert_int_equal(journal.count, 1);
		if (is_lacking(&expected, &journal) != cases[i].is_lacking)
			fail_msg("%s", cases[i].line);
		journal_clear(&journal);
	}
	name_list_clear(&expected);
}

// The text that a function writes about some calls; the caller frees it.
static char *written(bool is_unused, const char *file, const char *calls)
{
	struct name_list expected;
	struct config_error error;
	struct journal journal = parsed(calls);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(name_list_read(files_make("expected", file), "", &expected, &error));
	strcpy(expected.path, "names");
	if (is_unused)
		expect_write_unused(&expected, &journal, out);
	else
		expect_write_lacking(&expected, &journal, out);
	fclose(out);
	journal_clear(&journal);
	name_list_clear(&expected);
	return text;
}

static void the_verdict_names_the_type_that_is_not_expected(void **state)
{
	(void)state;
	char *text = written(false, "a.test/MX\n",
		CALL_WITH("res_query", "a.test", "arguments=type=A|") CALL_WITH("res_query", "A.test", "arguments=type=MX|")
			CALL_WITH("res_query", "a.test", "arguments=type=A|") CALL_WITH("getnetbyname", "b.test", ""));
	assert_string_equal(text,
		"withdns: unexpected lookup of a.test/A: res_query A by curl[7], and 1 more\n"
		"withdns: unexpected lookup of b.test: getnetbyname by curl[7]\n");
	free(text);
}

static void lines_that_no_lookup_matched_are_reported(void **state)
{
	(void)state;
	char *text =
		written(true, "# names\na.test\nb.test/MX\n*.c.test\n*.a.test\nd.test\nd.test/AAAA\n192.0.2.1\n192.0.2.2\n",
			CALL_WITH("getaddrinfo", "A.test", "") CALL_WITH("res_query", "b.test", "arguments=type=A|")
				CALL_WITH("getaddrinfo", "x.c.test", "") CALL_WITH("getaddrinfo", "d.test", "arguments=family=inet|")
					CALL_WITH("getnameinfo", "192.0.2.1", ""));
	assert_string_equal(text,
		"withdns: no lookup of b.test/MX (names:3)\n"
		"withdns: no lookup of *.a.test (names:5)\n"
		"withdns: no lookup of d.test/AAAA (names:7)\n"
		"withdns: no lookup of 192.0.2.2 (names:9)\n");
	free(text);
}

// What is written is expected of the same run.
static void a_run_is_written_as_a_sorted_list(void **state)
{
	(void)state;
	static const char calls[] = CALL_WITH("getaddrinfo", "www.test.", "") CALL_WITH("getaddrinfo", "App.test", "")
		CALL_WITH("gethostbyname", "app.TEST", "") CALL_WITH("res_query", "app.test", "arguments=type=MX|")
			CALL_WITH("query", "app.test", "arguments=type=AAAA client=1|") CALL_WITH("getnameinfo", "192.0.2.1", "")
				CALL_WITH("res_query", "1.2.0.192.in-addr.arpa", "arguments=type=PTR|")
					CALL_WITH("getaddrinfo", "a\\/b\\#c.test", "");
	struct journal journal = parsed(calls);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(expect_write_list(&journal, out));
	fclose(out);
	assert_string_equal(text, "192.0.2.1\na\\047b\\035c.test\napp.test\napp.test/MX\nwww.test\n");
	char *unused = written(true, text, calls);
	char *unexpected = written(false, text, calls);
	assert_string_equal(unused, "");
	assert_string_equal(unexpected, "");
	free(unexpected);
	free(unused);
	free(text);
	journal_clear(&journal);
}

static void a_name_that_cannot_be_listed_stands_in_a_comment(void **state)
{
	(void)state;
	struct journal journal = parsed(CALL_WITH("getaddrinfo", "no..name", "") CALL_WITH("getaddrinfo", "a.test", ""));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_true(expect_write_list(&journal, out));
	fclose(out);
	assert_string_equal(text, "# not a name: no..name\na.test\n");
	free(text);
	journal_clear(&journal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_outside_the_file_are_reported_once),
		cmocka_unit_test(a_malformed_expectation_is_an_error_with_its_line),
		cmocka_unit_test(a_line_with_a_type_is_for_lookups_of_that_type),
		cmocka_unit_test(the_verdict_names_the_type_that_is_not_expected),
		cmocka_unit_test(lines_that_no_lookup_matched_are_reported),
		cmocka_unit_test(a_run_is_written_as_a_sorted_list),
		cmocka_unit_test(a_name_that_cannot_be_listed_stands_in_a_comment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
