// SPDX-License-Identifier: MIT
#include "shim/command/program/admission.h"

#include <stddef.h>
#include <stdlib.h>

#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/program/program.h"
#include "shim/command/program/result_text.h"

// The option that must observe all lookups; NULL: none.
static const char *expecting_option(const struct command_line *line)
{
	return line->expect != NULL ? "--expect" : line->expect_write != NULL ? "--expect-write" : NULL;
}

static const char *watching_option(const struct command_line *line)
{
	const char *expecting = expecting_option(line);
	return expecting != NULL ? expecting : line->report != NULL ? "--report" : line->summary ? "--summary" : NULL;
}

// The program is not supervised, because of the obstacle.
static void warn_of_unseen(const struct command_line *line, enum supervision wanted, const char *obstacle)
{
	const char *option = watching_option(line);
	if (line->quiet || (option == NULL && wanted != SUPERVISION_OWN_RESOLVER))
		return;
	problem_print("warning: %s%squeries that programs send themselves, not by libc, are not %s%s%s",
		option != NULL ? option : "", option != NULL ? ": " : "", option != NULL ? "seen" : "redirected",
		*obstacle != '\0' ? ": " : " (--reach)", obstacle);
}

// May the program be run without a supervisor? Writes a warning if --force overrides the result.
static bool is_admitted(
	const struct program *program, const struct command_line *line, const char *obstacle, struct problem *problem)
{
	if (program->result == PROGRAM_REDIRECTABLE)
		return true;
	const char *blind = expecting_option(line);
	const bool is_refused = blind != NULL || (program->result != PROGRAM_UNREADABLE && !line->force);
	char *why = result_text_of_program(program);
	if (why == NULL)
		return problem_out_of_memory(problem);
	if (is_refused)
		problem_set(problem, "%s%s%s%s%s%s", why, blind != NULL ? "; " : "",
			blind != NULL ? blind : ", or --force to run it unredirected",
			blind != NULL ? " cannot observe its lookups" : "", *obstacle != '\0' ? "; " : "", obstacle);
	else if (!line->quiet)
		problem_print("warning: %s%s%s", why, *obstacle != '\0' ? "; " : "", obstacle);
	free(why);
	return !is_refused;
}

bool admission_run_alone(const struct program *program, const struct command_line *line, enum supervision wanted,
	const char *obstacle, struct problem *problem)
{
	if (!is_admitted(program, line, obstacle, problem))
		return false;
	warn_of_unseen(line, wanted, obstacle);
	return true;
}

enum supervision admission_supervision(
	const struct program *program, const struct command_line *line, bool loses_privileges, bool is_inside)
{
	if (line->reach == REACH_REFUSED)
		return SUPERVISION_NONE;
	const enum supervision wanted = supervision_of(program, loses_privileges);
	if (wanted != SUPERVISION_NONE || program->result != PROGRAM_REDIRECTABLE)
		return wanted;
	return expecting_option(line) != NULL || is_inside ? SUPERVISION_OWN_RESOLVER : SUPERVISION_NONE;
}
