// SPDX-License-Identifier: MIT
// Decides how PROGRAM is started: supervised, with a preloaded library alone, or not at all.
#pragma once

#include <stdbool.h>

struct command_line;
struct findings;
struct problem;
struct program;

enum supervision {
	SUPERVISION_NONE,
	SUPERVISION_OWN_RESOLVER,  // the library can be preloaded, but the program sends queries itself
	SUPERVISION_ONLY,          // nothing else redirects it
};

// What --reach does for a program.
struct reach_use {
	bool is_useful;
	bool is_automatic;  // where it works, the program is supervised without the option
	const char *text;   // "would redirect it"
};

struct reach_use admission_use_of_reach(const struct findings *findings, bool loses_privileges);

// How the program is to be supervised if --reach does not ask for it: by itself, if a preloaded library does not see
// its queries. Only the file of the program is read, not its libraries: this precedes every start. loses_privileges:
// under a supervisor, programs with raised privileges do. is_inside: another withdns supervises this process, and only
// together with it our settings are those of the program.
enum supervision admission_wanted(
	const struct program *program, const struct command_line *line, bool loses_privileges, bool is_inside);

// May the program be run without a supervisor? Writes warnings: if --force overrides the result, and of what is not
// seen or redirected. obstacle says why there is none; "": it was not tried. False with *problem filled.
bool admission_run_alone(const struct program *program, const struct command_line *line, enum supervision wanted,
	const char *obstacle, struct problem *problem);
