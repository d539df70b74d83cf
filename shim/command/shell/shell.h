// SPDX-License-Identifier: MIT
// --shell: questions, settings and programs, line by line.
#pragma once

#include <stdbool.h>

struct command_line;
struct environment;
struct problem;

// Reads lines from standard input to their end; line's settings are changed on the way. *status is what the last
// question ended with (query.h). False with *problem filled where it could not begin.
bool shell_run(struct command_line *line, const struct environment *inherited, const char *library, int *status,
	struct problem *problem);
