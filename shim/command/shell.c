// SPDX-License-Identifier: MIT
#include "shim/command/shell.h"

#include "shim/command/problem.h"

bool shell_run(struct command_line *line, const struct environment *inherited, const char *library, int *status,
	struct problem *problem)
{
	(void)line, (void)inherited, (void)library, (void)status;
	return problem_set(problem, EXIT_OWN_ERROR, "--shell: there is none yet");
}
