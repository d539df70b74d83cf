// SPDX-License-Identifier: MIT
// --show-config: every setting in force, its value, and the door that it came through.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct environment;
struct problem;

// Writes the settings that PROGRAM would have. False with *problem filled, as settings_make.
bool show_config(const struct command_line *line, const struct environment *inherited, FILE *out,
	struct problem *problem);
