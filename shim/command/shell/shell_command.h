// SPDX-License-Identifier: MIT
// The table of the shell's commands.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/command_line.h"

struct option_row;

enum shell_action {
	SHELL_NOTHING,  // an empty line, or a comment
	SHELL_ASK,      // ask the question of the words
	SHELL_SET,      // text: a directive
	SHELL_PRINT_SERVERS,
	SHELL_PRINT_OPTIONS,
	SHELL_SWITCH,   // query applies to the following lines
	SHELL_BUFSIZE,  // in the table only: parsed as SHELL_SWITCH or SHELL_PRINT_BUFSIZE
	SHELL_PRINT_BUFSIZE,
	SHELL_PRINT_SWITCH,  // print the value of the switch
	SHELL_SHOW_CONFIG,
	SHELL_EXPLAIN,
	SHELL_CHECK,
	SHELL_UNDO,
	SHELL_HELP,
	SHELL_RUN,  // text: for sh; empty: a shell
	SHELL_QUIT,
	SHELL_ACTION_COUNT,
};

// The arguments of a command.
enum shell_subject {
	SUBJECT_NONE,
	SUBJECT_QUESTION,  // NAME [TYPE]...
	SUBJECT_NAMES,
	SUBJECT_SERVERS,
	SUBJECT_OPTIONS,  // of `options`
	SUBJECT_FILE,
	SUBJECT_CONFIG,  // the word "config"
	SUBJECT_COMMAND,
};

// One row. A command is a row, its action in shell_actions.c, and its line in withdns.1.
struct shell_command {
	const char *word;
	const char *arguments;  // in the help text; "" for none
	const char *help;
	enum shell_action action;
	enum shell_subject subject;
	size_t least, most;     // number of arguments
	const char *directive;  // SHELL_SET: the directive that it stands for
	enum query_view view;   // SHELL_ASK
};

// The rows in the order in which help shows them.
const struct shell_command *shell_command_all(size_t *count);

// NULL for an unknown word.
const struct shell_command *shell_command_find(const char *word);

// Is the option also a switch of the shell, such as `raw`, which may precede a question or another command?
#define SHELL_COMMAND_SWITCH_ARGUMENTS "on | off | QUESTION"
bool shell_command_is_switch(const struct option_row *row);

// The switch of that name, or NULL.
const struct option_row *shell_command_switch(const char *word);
