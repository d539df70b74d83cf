// SPDX-License-Identifier: MIT
// What went wrong, as one line, and the exit status that goes with it.
#pragma once

#include <stdbool.h>

// What env(1), nohup(1) and their kin exit with, so that scripts need to learn nothing new.
enum {
	EXIT_UNEXPECTED = 124,  // a name was looked up that --expect does not name
	EXIT_OWN_ERROR = 125,
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
};

#define PROBLEM_SIZE 8192  // a path, and what is to be said of it

struct problem {
	int status;
	char text[PROBLEM_SIZE];  // cut where it is longer
};

// Fills *problem and returns false, so that a function can end in `return problem_set(...)`.
bool problem_set(struct problem *problem, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

bool problem_out_of_memory(struct problem *problem);

// Writes "withdns: TEXT" to standard error: one line with one write, so that lines of several processes do not mix, and
// with controls escaped.
void problem_tell(const char *text);
