// SPDX-License-Identifier: MIT
// --shell: reads questions, settings and commands line by line.
#pragma once

#include <stdbool.h>

struct command_line;
struct problem;

// Reads lines from standard input to its end; they change the settings of line. *status is that of the last question
// (query_outcome.h) or program. False with *problem filled if the shell could not start.
bool shell_run(struct command_line *line, const char *library, int *status, struct problem *problem);
