// SPDX-License-Identifier: MIT
// Parses a line of the shell: the command and its arguments.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/words.h"
#include "shim/command/command_line.h"
#include "shim/command/shell/shell_command.h"

struct problem;

struct shell_line {
	enum shell_action action;
	const struct option_row *option;      // the first switch; NULL if the line begins with none
	const struct shell_command *command;  // after any switches; NULL if the line has none
	char *const *about;                   // its arguments, within words: do not copy the struct
	size_t about_count;
	char *text;   // owned
	char *typed;  // SHELL_SET: the line without leading and trailing blanks; owned
	struct query_options query;
	struct words words;
};

// Parses a line. defaults are the query options unless the line changes them. False with *problem filled for a wrong
// line; shell_line_clear frees *out, after a failure too.
bool shell_line_read(
	const char *text, const struct query_options *defaults, struct shell_line *out, struct problem *problem);
void shell_line_clear(struct shell_line *line);
