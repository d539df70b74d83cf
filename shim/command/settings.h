// SPDX-License-Identifier: MIT
// What PROGRAM's configuration will be: the options' directives above those that were inherited.
#pragma once

#include <stdbool.h>

struct command_line;
struct environment;
struct problem;

struct settings {
	char *directives;   // WITHDNS, its directives one a line; "" for none
	char *config_file;  // WITHDNS_CONF, absolute; NULL: as inherited
};

// Puts the two together, relative paths of options made absolute, and then reads every door as PROGRAM will read it:
// what would fail there fails here, with the option or the place that is wrong in *problem. settings_clear frees *out,
// after a failure too.
bool settings_make(const struct command_line *line, const struct environment *inherited, struct settings *out,
	struct problem *problem);

// Accepts one that was never filled (all zero).
void settings_clear(struct settings *settings);
