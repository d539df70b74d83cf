// SPDX-License-Identifier: MIT
#include "shim/command/problem.h"

#include <stdarg.h>
#include <stdio.h>

bool problem_set(struct problem *problem, int status, const char *format, ...)
{
	va_list arguments;

	problem->status = status;
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof(problem->text), format, arguments);
	va_end(arguments);
	return false;
}

bool problem_out_of_memory(struct problem *problem)
{
	return problem_set(problem, EXIT_OWN_ERROR, "out of memory");
}
