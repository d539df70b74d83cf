// SPDX-License-Identifier: MIT
#include "config/sync/forks.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void a_child_has_one_fork_more_than_its_parent(void **state)
{
	(void)state;
	const unsigned before = forks_count();
	int status;
	const pid_t child = fork();
	if (child == 0)
		_exit(forks_count() == before + 1 ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(forks_count(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_has_one_fork_more_than_its_parent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
