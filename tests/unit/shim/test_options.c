// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "tests/unit/unit.h"

#define WORDS_MAX 10

static int count(char *const *words)
{
	int number = 0;

	while (words[number] != NULL)
		number++;
	return number;
}

static void an_option_is_the_directive_that_it_stands_for(void **state)
{
	(void)state;
	static const struct {
		const char *words[WORDS_MAX], *directive, *option;
	} cases[] = {
		{{"withdns", "-s", "192.0.2.1", "p"}, "nameserver 192.0.2.1", "-s '192.0.2.1'"},
		{{"withdns", "-s192.0.2.1", "p"}, "nameserver 192.0.2.1", "-s '192.0.2.1'"},
		{{"withdns", "--server", "192.0.2.1", "p"}, "nameserver 192.0.2.1", "--server '192.0.2.1'"},
		{{"withdns", "--server=192.0.2.1 for a", "p"}, "nameserver 192.0.2.1 for a", "--server '192.0.2.1 for a'"},
		{{"withdns", "-s", "--", "p"}, "nameserver --", "-s '--'"},
		{{"withdns", "-H", "none", "p"}, "hosts none", "-H 'none'"},
		{{"withdns", "-H", "a b", "p"}, "hosts \"a b\"", "-H 'a b'"},
		{{"withdns", "--hosts=a\"\\b;", "p"}, "hosts \"a\\\"\\\\b;\"", "--hosts 'a\"\\b;'"},
		{{"withdns", "-l", "p"}, "log stderr", "-l"},
		{{"withdns", "-qlv", "p"}, "log stderr", "-l"},
		{{"withdns", "--log=file", "p"}, "log file", "--log 'file'"},
		{{"withdns", "--log=a=b", "p"}, "log a=b", "--log 'a=b'"},
		{{"withdns", "-qo", "search a.b", "p"}, "search a.b", "-o 'search a.b'"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char **words = (char **)cases[i].words;
		struct command_line line = {.action = ACTION_RUN};
		struct problem problem;

		assert_true(options_parse(count(words), words, &line, &problem));
		assert_int_equal(line.setting_count, 1);
		assert_string_equal(line.settings[0].directive, cases[i].directive);
		assert_string_equal(line.settings[0].option, cases[i].option);
		assert_ptr_equal(line.program, words + count(words) - 1);
		command_line_clear(&line);
	}
}

static void the_syntax_of_other_commands_is_understood(void **state)
{
	(void)state;
	const char *given[] = {
		"withdns", "--query", "@192.0.2.1#53", "-x", "192.0.2.7", "-t", "mx", "a.test", "@::1", NULL};
	char **words = (char **)given;
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem;

	assert_true(options_parse(count(words), words, &line, &problem));
	assert_int_equal(line.setting_count, 2);
	assert_string_equal(line.settings[0].directive, "nameserver 192.0.2.1#53");
	assert_string_equal(line.settings[1].directive, "nameserver ::1");
	assert_int_equal(line.word_count, 2);
	assert_string_equal(line.words[0], "192.0.2.7");
	assert_string_equal(line.words[1], "a.test");
	assert_int_equal(line.query.type, 15);
	command_line_clear(&line);
}

static void options_end_at_the_first_word_that_is_none(void **state)
{
	(void)state;
	static const struct {
		const char *words[WORDS_MAX];
		int program;
	} cases[] = {
		{{"withdns", "p", "-q", "--help"}, 1},
		{{"withdns", "-v", "p", "-q"}, 2},
		{{"withdns", "--", "-q"}, 2},
		{{"withdns", "--", "--", "-q"}, 2},
		{{"withdns", "-", "-q"}, 1},
		{{"withdns", "", "-q"}, 1},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char **words = (char **)cases[i].words;
		struct command_line line = {.action = ACTION_RUN};
		struct problem problem;

		assert_true(options_parse(count(words), words, &line, &problem));
		assert_false(line.quiet);
		assert_ptr_equal(line.program, words + cases[i].program);
		command_line_clear(&line);
	}
}

static void where_no_program_is_run_options_may_be_anywhere(void **state)
{
	(void)state;
	const char *words[] = {"withdns", "--query", "app.test", "--raw", "mx", "--bufsize", "4096", "--", "--json", NULL};
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem;

	assert_true(options_parse(count((char **)words), (char **)words, &line, &problem));
	assert_int_equal(line.action, ACTION_QUERY);
	assert_true(line.query.raw && !line.query.json);
	assert_int_equal(line.query.payload, 4096);
	assert_int_equal(line.word_count, 3);
	assert_string_equal(line.words[0], "app.test");
	assert_string_equal(line.words[1], "mx");
	assert_string_equal(line.words[2], "--json");
	command_line_clear(&line);
}

static void a_wrong_command_line_is_an_error_with_status_125(void **state)
{
	(void)state;
	static const struct {
		const char *words[WORDS_MAX], *text;
	} cases[] = {
		{{NULL}, "expected a PROGRAM to run (try withdns --help)"},
		{{"withdns"}, "expected a PROGRAM to run (try withdns --help)"},
		{{"withdns", "-q", "--"}, "expected a PROGRAM to run (try withdns --help)"},
		{{"withdns", "-y", "p"}, "unknown option -y (try withdns --help)"},
		{{"withdns", "-qy", "p"}, "unknown option -y (try withdns --help)"},
		{{"withdns", "--query", "-x", "p"}, "-x: expected an address, got p"},
		{{"withdns", "-x", "::1", "p"}, "-x: expected --query"},
		{{"withdns", "--query", "-t", "p"}, "-t: expected a record type such as MX, got p"},
		{{"withdns", "--query", "p", "-tA", "--type=MX"},
			"--type: expected one type; give several types after the name"},
		{{"withdns", "--srv", "-t", "A"}, "--type: expected --query"},
		{{"withdns", "--query", "p", "@"}, "@: expected a SERVER"},
		{{"withdns", "-s", "192.0.2.1", "for", "a.test", "p"},
			"for: expected a PROGRAM to run; quote the value of -s: -s '192.0.2.1 for a.test'"},
		{{"withdns", "-s", "192.0.2.1", "[2001:db8::1]:53", "p"},
			"[2001:db8::1]:53: expected a PROGRAM to run; quote the value of -s: -s '192.0.2.1 [2001:db8::1]:53'"},
		{{"withdns", "-s", "192.0.2.1", "192.0.2.2", "for", "a.test", "p"},
			"192.0.2.2: expected a PROGRAM to run; quote the value of -s: -s '192.0.2.1 192.0.2.2'"},
		{{"withdns", "-\n", "p"}, "unknown option -\n (try withdns --help)"},
		{{"withdns", "--quie", "p"}, "unknown option --quie (try withdns --help)"},
		{{"withdns", "--=x", "p"}, "unknown option -- (try withdns --help)"},
		{{"withdns", "--quiet=", "p"}, "--quiet: expected no value"},
		{{"withdns", "--shell=x"}, "--shell: expected no value"},
		{{"withdns", "--serve=127.0.0.1"},
			"--serve: expected a blank instead of =: --serve ADDRESS[:PORT]|unix:PATH..."},
		{{"withdns", "--check=p"}, "--check: expected a blank instead of =: --check PROGRAM"},
		{{"withdns", "--serve"}, "--serve: expected ADDRESS[:PORT]|unix:PATH..."},
		{{"withdns", "--serve-to", "192.0.2.0/24"}, "--serve-to: expected --serve"},
		{{"withdns", "--serve-to", "192.0.2.0/24", "p"}, "--serve-to: expected --serve"},
		{{"withdns", "-H"}, "-H: expected FILE"},
		{{"withdns", "--config="}, "--config: expected FILE"},
		{{"withdns", "-o", "a\nb", "p"}, "-o: expected 'DIRECTIVE' on one line"},
		{{"withdns", "-H", "a\nb", "p"}, "-H: expected FILE on one line"},
		{{"withdns", "--print-env", "p"}, "--print-env: expected no PROGRAM, got p"},
		{{"withdns", "--print-env=json"}, "--print-env: expected plain, got json"},
		{{"withdns", "--print-env", "--summary"}, "--summary: expected a PROGRAM to run"},
		{{"withdns", "--query", "--check", "p"}, "--check: expected no second action"},
		{{"withdns", "--query", "--reverse", "p"}, "--reverse: expected no second action"},
		{{"withdns", "--raw", "p"}, "--raw: expected --query"},
		{{"withdns", "--json", "--print-env"}, "--json: expected --query"},
		{{"withdns", "--query", "n", "--expect=f"}, "--expect: expected a PROGRAM to run"},
		{{"withdns", "--expect-used", "p"}, "--expect-used: expected --expect"},
		{{"withdns", "--expect-write=", "p"}, "--expect-write: expected FILE"},
		{{"withdns", "--only=", "p"}, "--only: expected FILE"},
		{{"withdns", "--srv", "http", "tcp"}, "--srv: expected SERVICE PROTO DOMAIN"},
		{{"withdns", "--srv", "http", "tcp", "d", "e"}, "--srv: expected SERVICE PROTO DOMAIN, got e"},
		{{"withdns", "--check"}, "--check: expected PROGRAM"},
		{{"withdns", "--explain", "-v"}, "--explain: expected NAME..."},
		{{"withdns", "--query", "n", "--bufsize=511"}, "--bufsize: expected 512 to 65535 bytes"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char **words = (char **)cases[i].words;
		struct command_line line = {.action = ACTION_RUN};
		struct problem problem = {.status = 0};

		assert_false(options_parse(count(words), words, &line, &problem));
		assert_int_equal(problem.status, 125);
		assert_string_equal(problem.text, cases[i].text);
		command_line_clear(&line);
	}
}

static void help_and_version_end_the_reading(void **state)
{
	(void)state;
	static const struct {
		const char *words[WORDS_MAX];
		enum command_action action;
	} cases[] = {
		{{"withdns", "--help", "--unknown"}, ACTION_HELP},
		{{"withdns", "-hx"}, ACTION_HELP},
		{{"withdns", "-q", "-V", "-x"}, ACTION_VERSION},
		{{"withdns", "--print-env", "--version"}, ACTION_VERSION},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		char **words = (char **)cases[i].words;
		struct command_line line = {.action = ACTION_RUN};
		struct problem problem;

		assert_true(options_parse(count(words), words, &line, &problem));
		assert_int_equal(line.action, cases[i].action);
		command_line_clear(&line);
	}
}

static void flags_are_kept(void **state)
{
	(void)state;
	const char *const words[] = {"withdns", "-q", "--verbose", "--force", "-c", "a", "--config=b", "--print-env", NULL};
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem;

	assert_true(options_parse(8, (char **)words, &line, &problem));
	assert_true(line.quiet && line.verbose && line.force);
	assert_string_equal(line.config_file, "b");
	assert_int_equal(line.action, ACTION_PRINT_ENV);
	assert_int_equal(line.setting_count, 0);
	assert_null(line.program);
	command_line_clear(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_is_the_directive_that_it_stands_for),
		cmocka_unit_test(the_syntax_of_other_commands_is_understood),
		cmocka_unit_test(options_end_at_the_first_word_that_is_none),
		cmocka_unit_test(where_no_program_is_run_options_may_be_anywhere),
		cmocka_unit_test(a_wrong_command_line_is_an_error_with_status_125),
		cmocka_unit_test(help_and_version_end_the_reading),
		cmocka_unit_test(flags_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
