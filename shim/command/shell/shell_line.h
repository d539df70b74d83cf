// SPDX-License-Identifier: MIT
// The language of the shell: the table of its commands, their help, and the reader of its lines.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/words.h"
#include "shim/command/command_line.h"

struct option_row;
struct problem;

enum shell_action {
	SHELL_NOTHING,  // an empty line, or a comment
	SHELL_ASK,      // ask the question of the words
	SHELL_SET,      // text: a directive
	SHELL_PRINT_SERVERS,
	SHELL_PRINT_OPTIONS,
	SHELL_SWITCH,   // query applies to the following lines
	SHELL_BUFSIZE,  // in the table only: parsed as SHELL_SWITCH
	SHELL_PRINT_BUFSIZE,
	SHELL_PRINT_SWITCH,  // print the value of the switch
	SHELL_SHOW_CONFIG,
	SHELL_EXPLAIN,
	SHELL_CHECK,
	SHELL_UNDO,
	SHELL_HELP,
	SHELL_RUN,  // text: for sh; empty: a shell
	SHELL_QUIT,
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

// One row. A command is a row, its action in shell.c, and its line in withdns.1.
struct shell_command {
	const char *word;
	const char *arguments;  // in the help text; "" for none
	const char *help;
	enum shell_action action;
	enum shell_subject subject;
	size_t least, most;       // number of arguments
	enum shell_action alone;  // without arguments; 0: the same
	const char *directive;    // SHELL_SET: the directive that it stands for
	enum query_view view;     // SHELL_ASK
};

// The rows, in the order in which help shows them, up to one whose word is NULL.
extern const struct shell_command shell_line_commands[];

// NULL for an unknown word.
const struct shell_command *shell_line_command(const char *word);

// Is the option also a switch of the shell, such as `raw`, which may precede a question or another command?
#define SHELL_LINE_SWITCH_ARGUMENTS "on | off | QUESTION"
bool shell_line_is_switch(const struct option_row *row);

// The switch of that name, or NULL.
const struct option_row *shell_line_switch(const char *word);

// Prints the help of the command, switch or directive of that name, NULL: of all. False for an unknown word.
bool shell_line_print_help(const char *word);

struct shell_line {
	enum shell_action action;
	const struct option_row *option;      // the first switch; NULL if the line begins with none
	const struct shell_command *command;  // after any switches; NULL if the line has none
	char *const *about;                   // its arguments, within words: do not copy the struct
	size_t about_count;
	const char *typed;  // the line without leading and trailing blanks; borrowed
	const char *text;   // of the action; NULL: it has none
	char *directive;    // that a command stands for, owned; NULL: none
	struct query_options query;
	struct words words;
};

// Parses a line, which it trims, and borrows until shell_line_clear. defaults are the query options unless the line
// changes them. False with *problem filled for a wrong line; shell_line_clear frees *out, after a failure too.
bool shell_line_read(char *text, const struct query_options *defaults, struct shell_line *out, struct problem *problem);
void shell_line_clear(struct shell_line *line);
