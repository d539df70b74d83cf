// SPDX-License-Identifier: MIT
// The command line: one table that is usage text, dispatch and the spelling of directives.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct problem;

enum command_action { ACTION_RUN, ACTION_HELP, ACTION_VERSION, ACTION_PRINT_ENV };

// One option that sets something, as the line of withdns.conf(5) that it stands for.
struct option_setting {
	char *directive;  // one line, without its newline
	char *option;     // as the user wrote it: "-s '192.0.2.1'"
};

struct command_line {
	enum command_action action;
	bool quiet, verbose, force;
	bool summary;              // these three are what the program is watched for
	const char *report, *expect;  // files, as they were given, within argv; NULL: none
	struct option_setting *settings;  // in the order of the command line
	size_t setting_count;
	const char *config_file;   // as it was given, within argv; NULL: none
	char **program;            // PROGRAM, its arguments and NULL, within argv; NULL unless the action is to run it
};

// Reads options up to the first word that is none, "--" or the end (POSIX XBD 12.2). --help and --version end the
// reading. argv is borrowed for as long as *out is used; options_clear frees the rest, after a failure too.
bool options_parse(int argc, char **argv, struct command_line *out, struct problem *problem);

// Adds a directive that holds a path, as if the option called by that name had been given.
bool options_add_path(struct command_line *line, const char *option, const char *directive, const char *path,
	struct problem *problem);

// Accepts one that was never filled (all zero).
void options_clear(struct command_line *line);

// Writes what --help shows.
void options_write_usage(FILE *out);
