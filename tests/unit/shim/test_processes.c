// SPDX-License-Identifier: MIT
#include "shim/command/watch/processes.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

// Starts a shell that starts another program, and waits until that has written its number.
static pid_t start_tree(pid_t *child)
{
	int ends[2];
	long number;
	assert_int_equal(pipe(ends), 0);
	const pid_t shell = fork();
	if (shell == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("sh", "sh", "-c", "# a\nsh -c 'echo $$; exec sleep 600' & wait", NULL);
		_exit(1);
	}
	FILE *in = fdopen(ends[0], "r");
	close(ends[1]);
	assert_int_equal(fscanf(in, "%ld", &number), 1);
	fclose(in);
	*child = (pid_t)number;
	return shell;
}

static void a_process_is_known_with_its_ancestors_and_command_lines(void **state)
{
	(void)state;
	pid_t child;
	const pid_t shell = start_tree(&child);
	struct processes processes = {.list = NULL};

	processes_note(&processes, child);
	const struct process *known = processes_find(&processes, child), *parent = processes_find(&processes, shell);
	assert_non_null(known);
	assert_non_null(parent);
	assert_int_equal(known->parent, shell);
	assert_int_equal(parent->parent, getpid());
	assert_string_equal(parent->command, "sh -c # a sh -c 'echo $$; exec sleep 600' & wait");
	assert_null(processes_find(&processes, getpid()));
	assert_int_equal(processes.count, 2);
	processes_note(&processes, child);
	assert_int_equal(processes.count, 2);

	kill(child, SIGKILL);
	waitpid(shell, NULL, 0);
	processes_note(&processes, shell);
	assert_int_equal(processes.count, 2);
	processes_clear(&processes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_is_known_with_its_ancestors_and_command_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
