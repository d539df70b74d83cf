// SPDX-License-Identifier: MIT
// --show-config: writes every setting in effect, with its value and its origin.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct problem;

// Writes the settings of PROGRAM. False with *problem filled, as settings_open.
bool show_config(const struct command_line *line, FILE *out, struct problem *problem);
