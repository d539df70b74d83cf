// SPDX-License-Identifier: MIT
#include "shim/command/problem.h"

#include <string.h>

#include "tests/unit/unit.h"

static void a_problem_has_a_status_and_a_text_that_is_cut_to_its_room(void **state)
{
	(void)state;
	static char longer[2 * PROBLEM_SIZE];
	static struct problem problem;
	assert_false(problem_set_status(&problem, EXIT_NOT_FOUND, "%s: %d", "a", 7));
	assert_int_equal(problem.status, EXIT_NOT_FOUND);
	assert_string_equal(problem.text, "a: 7");
	memset(longer, 'x', sizeof(longer) - 1);
	assert_false(problem_set(&problem, "%s", longer));
	assert_int_equal(strlen(problem.text), PROBLEM_SIZE - 1);
}

static void out_of_memory_is_a_problem_of_the_command_itself(void **state)
{
	(void)state;
	static struct problem problem;
	assert_false(problem_out_of_memory(&problem));
	assert_int_equal(problem.status, EXIT_OWN_ERROR);
	assert_true(problem.text[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_problem_has_a_status_and_a_text_that_is_cut_to_its_room),
		cmocka_unit_test(out_of_memory_is_a_problem_of_the_command_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
