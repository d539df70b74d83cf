// SPDX-License-Identifier: MIT
// --check: reports whether a program can be redirected.
#pragma once

#include <stdbool.h>

struct problem;

// Whether --reach works on this machine.
struct reach_ability {
	const char *obstacle;          // NULL: it works
	bool needs_no_new_privileges;  // so that programs with raised privileges get none
};

// A request for a report.
struct check {
	const char *word;                   // the program, as for execvp(3)
	const char *library;                // the one to be preloaded
	bool json;                          // one object instead of lines
	const struct reach_ability *reach;  // NULL: not known, and not reported
};

// Examines the program, and writes what it found to standard output: lines that end with the result, or one JSON
// object. *status is 0 if its lookups can be redirected, else 1. False with *problem filled.
bool check_program(const struct check *check, int *status, struct problem *problem);
