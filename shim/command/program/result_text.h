// SPDX-License-Identifier: MIT
// Says in words whether a program can be redirected, why not, and what the user can do.
#pragma once

#include <stdbool.h>

struct findings;
struct program;

// Whether --reach works on this machine.
struct reach_ability {
	const char *obstacle;          // NULL: it works
	bool needs_no_new_privileges;  // so that programs with raised privileges get none
};

// What --reach does for a program.
struct reach_use {
	bool is_useful;
	bool is_automatic;  // where it works, the program is supervised without the option
	const char *text;   // "would redirect it"
};

// One sentence for the start of a program whose result is not PROGRAM_REDIRECTABLE: "ping is set-user-ID, and ...: use
// a copy that is not". Allocated; NULL for lack of memory.
char *result_text_of_program(const struct program *program);

// The result of --check in one line: "curl: can be redirected". is_supervised: the program is supervised without the
// option. Allocated; NULL for lack of memory.
char *result_text_of_findings(const struct findings *findings, bool is_supervised);

struct reach_use result_text_of_reach(const struct findings *findings, bool needs_no_new_privileges);

// Is the program supervised on this machine without the option? False for NULL.
bool result_text_is_supervised(const struct findings *findings, const struct reach_ability *reach);

// What the user can do if the program cannot be redirected: "use a dynamically linked build"; else NULL.
const char *result_text_remedy(const struct findings *findings);
