// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "shim/command/problem.h"
#include "shim/command/watch/expect.h"
#include "tests/unit/files.h"
#include "tests/unit/journals.h"

static void names_outside_the_file_are_reported_once(void **state)
{
	(void)state;
	static const struct {
		const char *line;
		bool is_lacking;
	} cases[] = {
		{CALL(1, "api.test", "", "0", "1.000"), false},
		{CALL(1, "other.test", "", "0", "1.000"), false},
		{CALL(1, "API.test.", "", "0", "1.000"), false},
		{CALL(1, "x.api.test", "", "0", "1.000"), true},
		{CALL(1, "a.db.test", "", "0", "1.000"), false},
		{CALL(1, "a.b.db.test", "", "0", "1.000"), false},
		{CALL(1, "db.test", "", "0", "1.000"), true},
		{CALL(1, "192.0.2.1", "\"source\":\"literal\",", "0", "1.000"), false},
		{CALL(1, "192.0.2.1", "", "0", "1.000"), false},
		{CALL(1, "1.2.0.192.in-addr.arpa", "", "0", "1.000"), false},
		{CALL(1, "192.0.2.2", "", "0", "1.000"), true},
		{CALL(1, "", "", "0", "1.000"), false},
		{CALL(1, "no..name", "", "0", "1.000"), true},
		{"{\"event\":\"exchange\",\"name\":\"other.test\"}\n", false},
	};
	struct expectations expectations;
	struct problem problem;
	const char *path = files_make(
		"expected", "\xef\xbb\xbfother.test\n# names\napi.test   # the service\n\n*.db.test\r\n\t192.0.2.1\nlast.test");
	assert_true(expectations_read(path, &expectations, &problem));
	assert_int_equal(expectations.count, 5);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct journal journal = parsed(cases[i].line);
		assert_int_equal(journal.count, 1);
		assert_int_equal(expectations_lack(&expectations, &journal.events[0]), cases[i].is_lacking);
		journal_clear(&journal);
	}
	struct journal journal = parsed(CALL(1, "z.test", "", "0", "1.000") CALL(1, "a\\u001b.test", "", "0", "1.000")
			CALL(2, "Z.test", "", "0", "1.000"));
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(expectations_write(&expectations, &journal, out), 3);
	fclose(out);
	assert_string_equal(text,
		"withdns: unexpected lookup of a\\x1b.test: getaddrinfo by [1]\n"
		"withdns: unexpected lookup of z.test: getaddrinfo by [1], and 1 more\n");
	free(text);
	journal_clear(&journal);
	expectations_clear(&expectations);
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
	};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct expectations expectations;
		struct problem problem;
		char expected[200];
		const char *path = files_make("expected", cases[i].text);
		assert_false(expectations_read(path, &expectations, &problem));
		snprintf(expected, sizeof(expected), "%s:%u: expected one name or *.domain", path, cases[i].line);
		assert_string_equal(problem.text, expected);
		assert_int_equal(problem.status, EXIT_OWN_ERROR);
		expectations_clear(&expectations);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_outside_the_file_are_reported_once),
		cmocka_unit_test(a_malformed_expectation_is_an_error_with_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
