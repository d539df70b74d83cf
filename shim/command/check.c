// SPDX-License-Identifier: MIT
#include "shim/command/check.h"

#include "shim/command/problem.h"

bool check_program(const char *word, const char *library, bool json, FILE *out, int *status, struct problem *problem)
{
	(void)library, (void)json, (void)out, (void)status;
	return problem_set(problem, EXIT_OWN_ERROR, "%s: cannot be checked yet", word);
}
