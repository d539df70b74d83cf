// SPDX-License-Identifier: MIT
// An error: one line of text and an exit status.
#pragma once

#include <stdbool.h>

// The same values as env(1), nohup(1) and timeout(1).
enum {
	EXIT_UNEXPECTED = 124,  // a name was looked up that --expect does not name
	EXIT_OWN_ERROR = 125,
	EXIT_CANNOT_RUN = 126,
	EXIT_NOT_FOUND = 127,
};

#define PROBLEM_SIZE 8192  // a path and a message

struct problem {
	int status;
	char text[PROBLEM_SIZE];  // truncated if longer
};

// Fills *problem and returns false, so that a function can end in `return problem_set(...)`: EXIT_OWN_ERROR, or another
// status.
#define problem_set(problem, ...) problem_set_status(problem, EXIT_OWN_ERROR, __VA_ARGS__)
bool problem_set_status(struct problem *problem, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool problem_out_of_memory(struct problem *problem);

// Writes "withdns: TEXT" to standard error, with control characters escaped, in one write(2), so that lines of several
// processes do not mix.
void problem_write(const char *text);

// The same with a format; nothing is written for lack of memory.
void problem_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
