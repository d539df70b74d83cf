// SPDX-License-Identifier: MIT
// --explain: who would be asked for a name, for what and in which order, told without asking.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct command_line;
struct environment;
struct problem;

// Writes it for each question of the words, NAME [TYPE]... or ADDRESS, with the settings that PROGRAM would have; as
// JSON where the line says so. False with *problem filled, as settings_make.
bool explain_names(const struct command_line *line, const struct environment *inherited, char *const *words,
	size_t count, FILE *out, struct problem *problem);
