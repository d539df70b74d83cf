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
	const char *text;  // "would redirect it"
};

// One sentence for the start of a program whose result is not PROGRAM_REDIRECTABLE: "ping is set-user-ID, and ...: use
// a copy that is not". is_reached: --reach is named as a remedy. Allocated; NULL for lack of memory.
char *result_text_of_program(const struct program *program, bool is_reached);

// The result of --check in one line: "curl: can be redirected". Allocated; NULL for lack of memory.
char *result_text_of_findings(const struct findings *findings);

// Would --reach redirect a program whose result is not PROGRAM_REDIRECTABLE?
bool result_text_is_reached(const struct program *program, bool needs_no_new_privileges);

struct reach_use result_text_of_reach(const struct findings *findings, bool needs_no_new_privileges);

// What the user can do if the program cannot be redirected: "use a dynamically linked build"; else NULL.
const char *result_text_remedy(const struct findings *findings);
