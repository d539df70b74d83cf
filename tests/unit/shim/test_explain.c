// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "shim/command/query/explain.h"
#include "tests/unit/configs.h"
#include "tests/unit/files.h"

#define OPTIONS_MAX 16

static struct problem problem;
static const char *hosts_path;

static int prepare(void **state)
{
	(void)state;
	hosts_path = files_make("hosts", "192.0.2.77 box.test\n");
	environment_unset();
	return 0;
}

// The output of --explain for the words with these options, both terminated by NULL; allocated. NULL on failure.
static char *explained(const char *const *options, const char *const *words, bool json)
{
	struct environment environment = environment_of(NULL);
	environment.hosts_path = hosts_path;
	char *arguments[OPTIONS_MAX + 2] = {(char *)"withdns", (char *)"--explain"};
	int count = 2;
	for (; *options != NULL; options++)
		arguments[count++] = (char *)*options;
	for (; *words != NULL; words++)
		arguments[count++] = (char *)*words;
	struct command_line line = {.action = ACTION_RUN, .inherited = &environment};
	assert_true(options_parse(count, arguments, &line, &problem));

	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	line.query.json = json;
	const bool done = explain_names(&line, out, &problem);
	assert_int_equal(fclose(out), 0);
	command_line_clear(&line);
	if (done)
		return text;
	free(text);
	return NULL;
}

// The same without runs of blanks and without the lines of times and families, separated by '|'; allocated.
static char *steps_of(const char *const *options, const char *name, const char *type)
{
	static const char *const left_out[] = {"for ", "sources ", "within ", "waits ", "allows ", "hosts no entry"};
	char *text = explained(options, (const char *const[]){name, type, NULL}, false);
	if (text == NULL)
		fail_msg("%s", problem.text);
	char *steps = calloc(1, strlen(text) + 1), *end = steps, *rest = NULL;
	assert_non_null(steps);
	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *start = end;
		end = stpcpy(end, end > steps ? "|" : "");
		char *step = end;
		for (line += strspn(line, " "); *line != '\0'; line++)
			if (*line != ' ' || (line[1] != ' ' && line[1] != '\0'))
				*end++ = *line;
		*end = '\0';
		for (size_t i = 0; i < LENGTH(left_out); i++)
			if (strncmp(step, left_out[i], strlen(left_out[i])) == 0)
				*(end = start) = '\0';
	}
	free(text);
	return steps;
}

struct explain_case {
	const char *options[OPTIONS_MAX], *name, *type, *steps;
};

static void check_cases(const struct explain_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *steps = steps_of(cases[i].options, cases[i].name, cases[i].type);
		assert_string_equal(steps, cases[i].steps);
		free(steps);
	}
}

#define ENDS "ends with the first name that has an answer, else without one"

static void each_name_of_the_search_list_is_shown_with_its_servers(void **state)
{
	(void)state;
	static const struct explain_case cases[] = {
		{{"-s", "192.0.2.1 192.0.2.2", "-o", "search a.test b.test"}, "x", NULL,
			"x|try x.a.test search: -o 'search a.test b.test'|ask 192.0.2.1:53 -s '192.0.2.1 192.0.2.2'|"
			"or 192.0.2.2:53 -s '192.0.2.1 192.0.2.2'|try x.b.test search: -o 'search a.test b.test'|"
			"ask 192.0.2.1:53 -s '192.0.2.1 192.0.2.2'|or 192.0.2.2:53 -s '192.0.2.1 192.0.2.2'|"
			"try x as it is; ndots:1: default|ask 192.0.2.1:53 -s '192.0.2.1 192.0.2.2'|"
			"or 192.0.2.2:53 -s '192.0.2.1 192.0.2.2'|" ENDS},
		{{"-s", "192.0.2.1", "-s", "192.0.2.9 for b.test", "-o", "search b.test"}, "x.y", NULL,
			"x.y|try x.y as it is; ndots:1: default|ask 192.0.2.1:53 -s '192.0.2.1'|"
			"try x.y.b.test search: -o 'search b.test'|ask 192.0.2.9:53 -s '192.0.2.9 for b.test'|" ENDS},
		{{"-s", "192.0.2.1", "-o", "search b.test", "-o", "options ndots:2"}, "x.y.", NULL,
			"x.y.|try x.y. as it is; ndots:2: -o 'options ndots:2'|ask 192.0.2.1:53 -s '192.0.2.1'|" ENDS},
		{{"-s", "192.0.2.1", "-o", "search"}, "x y", NULL,
			"x y|try x y no host name: never asked for|ends here: no such name"},
		{{"-s", "192.0.2.1", "-o", "search b.test"}, "x", "MX",
			"x|try x.b.test search: -o 'search b.test'|ask 192.0.2.1:53 -s '192.0.2.1'|"
			"try x as it is; ndots:1: default|ask 192.0.2.1:53 -s '192.0.2.1'|" ENDS},
	};
	check_cases(cases, LENGTH(cases));
}

static void answers_without_a_server_are_shown_with_their_line(void **state)
{
	(void)state;
	static const struct explain_case cases[] = {
		{{"-s", "192.0.2.1", "-r", "a.test MX 1 b.test"}, "a.test", "MX",
			"a.test|try a.test as it is; ndots:1: default|answer MX: 1 record -r 'a.test MX 1 b.test'|"
			"ends here, with what is known without a server"},
		{{"-s", "192.0.2.1", "-r", "a.test A 192.0.2.5"}, "a.test", "A",
			"a.test|try a.test as it is; ndots:1: default|answer A: 192.0.2.5 -r 'a.test A 192.0.2.5'|"
			"ends here, with what is known without a server"},
		{{"-s", "192.0.2.1", "-o", "search", "-r", "a.test A 192.0.2.5"}, "a.test", "TXT",
			"a.test|try a.test as it is; ndots:1: default|answer TXT: nothing of this type -r 'a.test A 192.0.2.5'|"
			"ends here: nothing of this type"},
		{{"-s", "192.0.2.1", "-r", "a.test CNAME b.test"}, "a.test", "A",
			"a.test|try a.test as it is; ndots:1: default|answer A: an alias of b.test -r 'a.test CNAME b.test'|"
			"ask 192.0.2.1:53 -s '192.0.2.1'|" ENDS},
		{{"-s", "none", "-o", "search"}, "a.test", "A",
			"a.test|try a.test as it is; ndots:1: default|answer no such name -s 'none'|ends here: no such name"},
		{{"-s", "192.0.2.1", "-s", "system for a.test"}, "a.test", "A",
			"a.test|try a.test as it is; ndots:1: default|answer libc's own functions -s 'system for a.test'|"
			"ends with what libc says"},
		{{"-s", "192.0.2.1"}, "x.localhost", "A",
			"x.localhost|try x.localhost as it is; ndots:1: default|answer A: 127.0.0.1 RFC 6761|"
			"ends here, with what is known without a server"},
	};
	check_cases(cases, LENGTH(cases));
}

static void a_fault_is_shown_where_it_applies(void **state)
{
	(void)state;
	static const struct explain_case cases[] = {
		{{"-s", "192.0.2.1", "-o", "search", "-f", "*.test servfail 30%"}, "a.test", NULL,
			"a.test|fault *.test servfail 30% -f '*.test servfail 30%'|try a.test as it is; ndots:1: default|"
			"ask 192.0.2.1:53 -s '192.0.2.1'|" ENDS},
		{{"-s", "192.0.2.1", "-o", "search", "-f", "*.test/MX nxdomain", "-f", "*.test drop"}, "a.test", "MX",
			"a.test|try a.test as it is; ndots:1: default|fault *.test/MX nxdomain -f '*.test/MX nxdomain'|"
			"ends here: no such name"},
	};
	check_cases(cases, LENGTH(cases));
}

static void the_hosts_file_is_shown_where_it_is_searched(void **state)
{
	(void)state;
	char wanted[256];
	const char *const options[] = {"-s", "192.0.2.1", NULL};
	snprintf(wanted, sizeof(wanted),
		"box.test|hosts 192.0.2.77 in %s default|"
		"ends here, with what is known without a server",
		hosts_path);
	char *steps = steps_of(options, "box.test", NULL);
	assert_string_equal(steps, wanted);
	free(steps);
	steps = steps_of(options, "192.0.2.77", NULL);
	snprintf(wanted, sizeof(wanted),
		"192.0.2.77|is an address: it needs no lookup|hosts box.test in %s default|"
		"ends here, with what is known without a server",
		hosts_path);
	assert_string_equal(steps, wanted);
	free(steps);
}

static void an_alias_is_shown_and_then_searched_for(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", "-o", "search", NULL};
	setenv("HOSTALIASES", files_make("aliases", "x www.test\n"), 1);
	char *steps = steps_of(options, "x", NULL);
	unsetenv("HOSTALIASES");
	assert_string_equal(steps,
		"x|alias www.test HOSTALIASES|try www.test as it is; ndots:1: default|"
		"ask 192.0.2.1:53 -s '192.0.2.1'|" ENDS);
	free(steps);
}

static void limits_and_order_are_shown_where_servers_are_asked(void **state)
{
	(void)state;
	const char *const options[] =
		{
			"-s",
			"192.0.2.1",
			"-o",
			"options timeout:3 attempts:4 rotate use-vc",
			NULL,
		},
					  *const words[] = {"a.test", "A", NULL}, *const alone[] = {"-s", "none", NULL};
	static const char *const wanted[] = {
		"  within  12000 ms for all of it ",
		"timeout x attempts\n",
		"  waits   at most 3 s for one of them alone ",
		"  allows  up to 4 refusals of each ",
		"  order   begins with the next server each time ",
		"  by      TCP ",
	};
	char *text = explained(options, words, false);
	for (size_t i = 0; i < LENGTH(wanted); i++)
		if (strstr(text, wanted[i]) == NULL)
			fail_msg("no \"%s\" in\n%s", wanted[i], text);
	free(text);
	text = explained(alone, words, false);
	assert_null(strstr(text, "within"));
	free(text);
}

static void each_type_is_a_question_of_its_own(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", NULL};
	const char *const words[] = {
		"a.test",
		"MX",
		"txt",
		"b.test",
		"192.0.2.1",
		"TYPE65",
		"c.test",
		"CH",
		"d.test",
		"NS",
		"CH",
		NULL,
	};
	static const char *const wanted[] = {
		"a.test\n  for     MX\n",
		"a.test\n  for     TXT\n",
		"b.test\n  for     A",
		"c.test\n  for     CH TXT\n",
		"d.test\n  for     CH NS\n",
	};
	char *text = explained(options, words, false);
	for (size_t i = 0; i < LENGTH(wanted); i++)
		assert_non_null(strstr(text, wanted[i]));
	assert_non_null(strstr(text, "192.0.2.1\n  for     HTTPS"));
	free(text);
}

static void json_has_the_same_steps(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", "-o", "search", NULL}, *const words[] = {"a.test", "MX", NULL};
	char *text = explained(options, words, true);
	assert_string_equal(text,
		"{\"name\":\"a.test\",\"steps\":[{\"step\":\"for\",\"types\":\"MX\",\"value\":\"MX\"},"
		"{\"step\":\"try\",\"name\":\"a.test\",\"why\":\"as it is; ndots:1: default\"},"
		"{\"step\":\"ask\",\"name\":\"a.test\",\"types\":\"MX\",\"value\":\"192.0.2.1:53\",\"why\":\"-s '192.0.2.1'\"},"
		"{\"step\":\"ends\",\"value\":\"with the first name that has an answer, else without one\"},"
		"{\"step\":\"within\",\"value\":\"10000 ms for all of it\",\"why\":\"timeout x attempts\"},"
		"{\"step\":\"waits\",\"value\":\"at most 5 s for one of them alone\",\"why\":\"default\"},"
		"{\"step\":\"bears\",\"value\":\"up to 2 refusals of each\",\"why\":\"default\"}]}\n");
	free(text);
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
	(void)state;
	const char *const options[] = {"-s", "192.0.2.1", NULL}, *const words[] = {"a\x1b[2J\nb", NULL};
	char *text = explained(options, words, false);
	assert_null(strchr(text, '\x1b'));
	assert_int_equal(strncmp(text, "a\\x1b[2J\\x0ab\n", 14), 0);
	free(text);
}

static void a_wrong_setting_is_an_error(void **state)
{
	(void)state;
	const char *const options[] = {"-r", "a.test A nonsense", NULL}, *const words[] = {"a.test", NULL};
	assert_null(explained(options, words, false));
	assert_int_equal(problem.status, EXIT_OWN_ERROR);
	assert_int_equal(strncmp(problem.text, "-r 'a.test A nonsense': ", 24), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, prepare, files_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_name_of_the_search_list_is_shown_with_its_servers),
		TEST(answers_without_a_server_are_shown_with_their_line),
		TEST(a_fault_is_shown_where_it_applies),
		TEST(the_hosts_file_is_shown_where_it_is_searched),
		TEST(an_alias_is_shown_and_then_searched_for),
		TEST(limits_and_order_are_shown_where_servers_are_asked),
		TEST(each_type_is_a_question_of_its_own),
		TEST(json_has_the_same_steps),
		TEST(control_characters_do_not_reach_the_terminal),
		TEST(a_wrong_setting_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
