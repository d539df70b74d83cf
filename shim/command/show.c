// SPDX-License-Identifier: MIT
#include "shim/command/show.h"

#include "shim/command/problem.h"

bool show_config(const struct command_line *line, const struct environment *inherited, FILE *out,
	struct problem *problem)
{
	(void)line, (void)inherited, (void)out;
	return problem_set(problem, EXIT_OWN_ERROR, "--show-config: cannot be shown yet");
}
