// SPDX-License-Identifier: MIT
#include "shim/command/command_line.h"
#include "shim/command/options.h"
#include "shim/command/problem.h"
#include "tests/unit/unit.h"

static void assert_directives(const struct command_line *line, const char *const *wanted, size_t wanted_count)
{
	assert_int_equal(line->setting_count, wanted_count);
	for (size_t i = 0; i < wanted_count; i++)
		assert_string_equal(line->settings[i].directive, wanted[i]);
}

static void what_is_put_in_front_is_a_section_of_its_own_and_can_be_taken_back(void **state)
{
	(void)state;
	const char *const words[] = {"withdns", "-s", "192.0.2.1", "--shell", NULL};
	const char *const both[] = {"seed 1", "--", "nameserver 192.0.2.2", "--", "nameserver 192.0.2.1"};
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem;

	assert_true(options_parse(4, (char **)words, &line, &problem));
	assert_true(command_line_put_in_front(&line, "nameserver 192.0.2.2", "server 192.0.2.2", &problem));
	assert_string_equal(line.settings[0].option, "server 192.0.2.2");
	assert_true(command_line_put_in_front(&line, "seed 1", "seed 1", &problem));
	assert_directives(&line, both, 5);
	command_line_take_front(&line);
	assert_directives(&line, both + 2, 3);
	command_line_take_front(&line);
	assert_directives(&line, both + 4, 1);
	command_line_clear(&line);
}

static void the_first_setting_of_all_ends_no_section(void **state)
{
	(void)state;
	const char *const wanted[] = {"seed 1"};
	struct command_line line = {.action = ACTION_RUN};
	struct problem problem;

	assert_true(command_line_put_in_front(&line, "seed 1", "seed 1", &problem));
	assert_directives(&line, wanted, 1);
	command_line_take_front(&line);
	assert_directives(&line, wanted, 0);
	command_line_clear(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_in_front_is_a_section_of_its_own_and_can_be_taken_back),
		cmocka_unit_test(the_first_setting_of_all_ends_no_section),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
