// SPDX-License-Identifier: MIT
#include <string.h>

#include "shim/command/option_rows.h"
#include "shim/command/problem.h"
#include "shim/command/shell/shell_line.h"
#include "tests/unit/unit.h"

static const struct query_options plain = {.raw = false};

struct reading {
	const char *line;
	enum shell_action action;
	const char *about;  // its arguments, separated by blanks
	const char *text;
};

// Reads a copy of the line.
static bool read_line(
	const char *line, const struct query_options *defaults, struct shell_line *out, struct problem *problem)
{
	static char text[256];
	strcpy(text, line);
	return shell_line_read(text, defaults, out, problem);
}

static void assert_about(const struct shell_line *line, const char *wanted)
{
	char about[256] = "";

	for (size_t i = 0; i < line->about_count; i++) {
		strcat(about, i > 0 ? " " : "");
		strcat(about, line->about[i]);
	}
	assert_string_equal(about, wanted);
}

static void assert_readings(const struct reading *readings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct shell_line line;
		struct problem problem = {.text = ""};

		assert_true(read_line(readings[i].line, &plain, &line, &problem));
		assert_int_equal(line.action, readings[i].action);
		if (readings[i].about != NULL)
			assert_about(&line, readings[i].about);
		if (readings[i].text != NULL)
			assert_string_equal(line.text, readings[i].text);
		shell_line_clear(&line);
	}
}

static void what_is_no_command_is_a_question(void **state)
{
	(void)state;
	static const struct reading readings[] = {
		{"example.org", SHELL_ASK, "example.org", NULL},
		{"  example.org MX  TXT ", SHELL_ASK, "example.org MX TXT", NULL},
		{"192.0.2.1", SHELL_ASK, "192.0.2.1", NULL},
		{"server. A", SHELL_ASK, "server. A", NULL},
		{"query server A", SHELL_ASK, "server A", NULL},
		{"query query", SHELL_ASK, "query", NULL},
		{"example.org # comment", SHELL_ASK, "example.org", NULL},
		{"SERVER", SHELL_ASK, "SERVER", NULL},
		{"", SHELL_NOTHING, NULL, NULL},
		{" \t ", SHELL_NOTHING, NULL, NULL},
		{"# server 192.0.2.1", SHELL_NOTHING, NULL, NULL},
		{"; of resolv.conf", SHELL_NOTHING, NULL, NULL},
	};

	assert_readings(readings, LENGTH(readings));
}

static void settings_become_directives(void **state)
{
	(void)state;
	static const struct reading readings[] = {
		{"server 192.0.2.1:5353 for a.test", SHELL_SET, NULL, "nameserver 192.0.2.1:5353 for a.test"},
		{"set timeout-ms:500 rotate", SHELL_SET, NULL, "options timeout-ms:500 rotate"},
		{" record app.test TXT \"a b\" ", SHELL_SET, NULL, "record app.test TXT \"a b\""},
		{"zone", SHELL_SET, NULL, "zone"},  // the configuration reports the error
		{"server", SHELL_PRINT_SERVERS, "", NULL},
		{"set", SHELL_PRINT_OPTIONS, "", NULL},
	};

	assert_readings(readings, LENGTH(readings));
}

static void programs_are_left_to_the_shell_as_they_stand(void **state)
{
	(void)state;
	static const struct reading readings[] = {
		{"!getent hosts \"a b\" # c", SHELL_RUN, NULL, "getent hosts \"a b\" # c"},
		{" ! ls ", SHELL_RUN, NULL, "ls"},
		{"!", SHELL_RUN, NULL, ""},
		{"! \"open", SHELL_RUN, NULL, "\"open"},
	};

	assert_readings(readings, LENGTH(readings));
}

static void commands_take_the_words_after_them(void **state)
{
	(void)state;
	static const struct reading readings[] = {
		{"show config", SHELL_SHOW_CONFIG, "config", NULL},
		{"explain a.test b.test", SHELL_EXPLAIN, "a.test b.test", NULL},
		{"check \"my program\"", SHELL_CHECK, "my program", NULL},
		{"undo", SHELL_UNDO, "", NULL},
		{"help raw", SHELL_HELP, "raw", NULL},
		{"help", SHELL_HELP, "", NULL},
		{"quit", SHELL_QUIT, "", NULL},
		{"exit # now", SHELL_QUIT, "", NULL},
	};

	assert_readings(readings, LENGTH(readings));
}

static void a_switch_is_for_all_questions_or_for_one(void **state)
{
	(void)state;
	struct shell_line line;
	struct problem problem;
	const struct query_options raw = {.raw = true};

	assert_true(read_line("raw on", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_SWITCH);
	assert_true(line.query.raw);
	shell_line_clear(&line);

	assert_true(read_line("raw off", &raw, &line, &problem));
	assert_int_equal(line.action, SHELL_SWITCH);
	assert_false(line.query.raw);
	shell_line_clear(&line);

	assert_true(read_line("raw tcp off.test A", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_ASK);
	assert_true(line.query.raw && line.query.tcp && !line.query.hex);
	assert_about(&line, "off.test A");
	shell_line_clear(&line);

	assert_true(read_line("raw tcp off", &raw, &line, &problem));
	assert_int_equal(line.action, SHELL_SWITCH);
	assert_true(line.query.raw && !line.query.tcp);
	shell_line_clear(&line);

	assert_true(read_line("raw query on", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_ASK);
	assert_about(&line, "on");
	shell_line_clear(&line);

	assert_true(read_line("json explain on", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_EXPLAIN);
	assert_true(line.query.json);
	assert_about(&line, "on");
	shell_line_clear(&line);

	assert_true(read_line("json", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_PRINT_SWITCH);
	assert_string_equal(line.option->word, "json");
	shell_line_clear(&line);

	assert_true(read_line("bufsize 1232", &raw, &line, &problem));
	assert_int_equal(line.action, SHELL_SWITCH);
	assert_int_equal(line.query.payload, 1232);
	assert_true(line.query.raw);
	shell_line_clear(&line);

	const struct query_options sized = {.payload = 1232};
	assert_true(read_line("bufsize off", &sized, &line, &problem));
	assert_int_equal(line.action, SHELL_SWITCH);
	assert_int_equal(line.query.payload, 0);
	shell_line_clear(&line);

	assert_true(read_line("bufsize", &sized, &line, &problem));
	assert_int_equal(line.action, SHELL_PRINT_BUFSIZE);
	shell_line_clear(&line);
}

static void a_view_goes_with_switches(void **state)
{
	(void)state;
	struct shell_line line;
	struct problem problem;

	assert_true(read_line("json srv ldap tcp a.test", &plain, &line, &problem));
	assert_int_equal(line.action, SHELL_ASK);
	assert_int_equal(line.query.view, VIEW_SRV);
	assert_true(line.query.json);
	assert_about(&line, "ldap tcp a.test");
	shell_line_clear(&line);
}

static void an_invalid_line_gives_one_line_of_error(void **state)
{
	(void)state;
	static const struct {
		const char *line, *text;
	} cases[] = {
		{"show", "show: expected config"},
		{"show all", "show: expected config"},
		{"check", "check: expected PROGRAM"},
		{"check a b", "check: expected PROGRAM"},
		{"quit now", "quit: expected no argument"},
		{"json show all", "show: expected config"},
		{"srv ldap tcp", "srv: expected SERVICE PROTO DOMAIN"},
		{"raw tcp", "tcp: expected on | off | QUESTION"},
		{"bufsize 12", "bufsize: expected [512..65535 | off]"},
		{"query", "query: expected NAME [TYPE]... | ADDRESS"},
		{"-", "expected NAME [TYPE]..., got -"},
		{"@192.0.2.1 a.test", "expected NAME [TYPE]..., got @192.0.2.1 (use server to choose servers)"},
		{"a.test \"A", "expected a closing \" before the end of the line"},
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct shell_line line;
		struct problem problem = {.text = ""};

		assert_false(read_line(cases[i].line, &plain, &line, &problem));
		assert_string_equal(problem.text, cases[i].text);
		shell_line_clear(&line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_command_is_a_question),
		cmocka_unit_test(settings_become_directives),
		cmocka_unit_test(programs_are_left_to_the_shell_as_they_stand),
		cmocka_unit_test(commands_take_the_words_after_them),
		cmocka_unit_test(a_switch_is_for_all_questions_or_for_one),
		cmocka_unit_test(a_view_goes_with_switches),
		cmocka_unit_test(an_invalid_line_gives_one_line_of_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
