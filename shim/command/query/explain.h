// SPDX-License-Identifier: MIT
// --explain: describes the steps of a lookup, without sending queries.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct command_line;
struct environment;
struct problem;

// Describes the lookup of each question of the words, NAME [TYPE]... or ADDRESS, with the settings of PROGRAM; as JSON
// if the line says so. False with *problem filled, as settings_make.
bool explain_names(const struct command_line *line, const struct environment *inherited, char *const *words,
	size_t count, FILE *out, struct problem *problem);
