// SPDX-License-Identifier: MIT
// What PROGRAM's configuration will be: the options' directives above those that were inherited.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/environment.h"

struct command_line;
struct origin;
struct problem;
struct resolver;

struct settings {
	char *directives;   // WITHDNS, its directives one a line; "" for none
	char *config_file;  // WITHDNS_CONF, absolute; NULL: as inherited
	char *config_copy;  // WITHDNS_CONF_COPY, what stands in the file that was read; NULL: there is none
	bool is_counted;    // set by settings_make: there are faults that this run must count
};

// Puts the two together, relative paths of options made absolute, and then reads every door as PROGRAM will read it:
// what would fail there fails here, with the option or the place that is wrong in *problem. settings_clear frees *out,
// after a failure too.
bool settings_make(const struct command_line *line, const struct environment *inherited, struct settings *out,
	struct problem *problem);

// The same for whoever asks in PROGRAM's place: returns the resolver that PROGRAM will have, the caller's to close; what
// older (NULL: none) has learned goes on (resolver_open). NULL with *problem filled.
struct resolver *settings_open(const struct command_line *line, const struct environment *inherited,
	const struct resolver *older, struct settings *out, struct problem *problem);

// What PROGRAM's process will say, for whoever reads its configuration here. Views into both.
struct environment settings_environment(const struct settings *settings, const struct environment *inherited);

// Writes where a setting of them came from, in one line without controls: the option as the user wrote it, "WITHDNS:2"
// counted as it was inherited, "/etc/resolv.conf:3", "RES_OPTIONS", "default" (also for NULL). Returns text.
#define SETTINGS_ORIGIN_SIZE 1024
char *settings_write_origin(const struct command_line *line, const struct origin *origin, char *text);

// Accepts one that was never filled (all zero).
void settings_clear(struct settings *settings);
