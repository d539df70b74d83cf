// SPDX-License-Identifier: MIT
// Decides how PROGRAM is started: supervised, with a preloaded library alone, or not at all.
#pragma once

#include <stdbool.h>

#include "shim/command/program/supervision.h"

struct command_line;
struct problem;
struct program;

// How the program is to be supervised if --reach does not ask for it. loses_privileges: under a supervisor, programs with
// raised privileges do. is_inside: another withdns supervises this process, and only together with it our settings are
// those of the program.
enum supervision admission_supervision(
	const struct program *program, const struct command_line *line, bool loses_privileges, bool is_inside);

// May the program be run without a supervisor? Writes warnings: if --force overrides the result, and of what is not
// seen or redirected. obstacle says why there is none; "": it was not tried. False with *problem filled.
bool admission_run_alone(const struct program *program, const struct command_line *line, enum supervision wanted,
	const char *obstacle, struct problem *problem);
