// SPDX-License-Identifier: MIT
// Composes the configuration of PROGRAM: the directives of the options, then the inherited ones.
#pragma once

#include <stdbool.h>

#include "config/environment.h"

struct command_line;
struct origin;
struct problem;
struct resolver;

struct settings {
	char *directives;   // WITHDNS, one directive per line; "" for none
	char *config_file;  // WITHDNS_CONF, absolute; NULL: as inherited
	char *config_copy;  // WITHDNS_CONF_COPY, the files that were read; NULL: none
	bool is_counted;    // set by settings_make: withdns must remain as the parent, for faults
	// Set by settings_make: directives choose what resolvers of programs read in resolv.conf.
	bool has_resolvconf;
	// Likewise: the mode for all processes of the run; NULL: there is no recording.
	const char *recording_mode;
	char *emptied_recording;  // path of a recording that is to begin anew; NULL: none
};

// Composes the settings, with absolute paths, and then reads all configuration sources as PROGRAM will read them. *out
// is all zero, or made from an earlier line, and then keeps emptied_recording. False with the wrong option or location
// in *problem. settings_clear frees *out, after a failure too.
bool settings_make(const struct command_line *line, struct settings *out, struct problem *problem);

// Adds to the directives what is_supervised of the command line adds. False for lack of memory.
bool settings_supervise(struct settings *settings);

// The same for lookups by withdns itself: returns a resolver with the configuration of PROGRAM, which the caller
// closes. It takes over the cache and server state of older (NULL: none; resolver_open). NULL with *problem filled.
struct resolver *settings_open(
	const struct command_line *line, const struct resolver *older, struct settings *out, struct problem *problem);

// Removes a recording that is to begin anew: call it when the run begins. False with *problem filled.
bool settings_begin_recording(const struct settings *settings, struct problem *problem);

// Writes the origin of a setting in one line, with control characters escaped: the option as the user wrote it,
// "WITHDNS:2" (line of the inherited value), "/etc/resolv.conf:3", "RES_OPTIONS", "default" (also for NULL). Returns
// text.
#define SETTINGS_ORIGIN_SIZE 1024
char *settings_write_origin(const struct command_line *line, const struct origin *origin, char *text);

// Accepts one that was never filled (all zero).
void settings_clear(struct settings *settings);
