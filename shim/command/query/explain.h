// SPDX-License-Identifier: MIT
// --explain: describes the steps of a lookup, without sending queries.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct problem;

// Describes the lookup of each question of line->words, NAME [TYPE]... or ADDRESS, with the settings of PROGRAM; as
// JSON if the line says so. False with *problem filled, as settings_open.
bool explain_names(const struct command_line *line, FILE *out, struct problem *problem);
