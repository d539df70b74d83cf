// SPDX-License-Identifier: MIT
// The table of command line options.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/command_line.h"

struct problem;

// One use of an option.
struct use {
	const struct option_row *row;
	const char *spelling;  // "-s", "--server"
	const char *value;     // NULL if the row has no argument
};

struct option_row {
	char letter;           // 0: only the long form
	const char *word;      // NULL: only the letter
	const char *argument;  // in the usage text; NULL: none
	const char *help;
	bool (*apply)(struct command_line *line, const struct use *use, struct problem *problem);
	const char *directive;       // the beginning of the directive
	size_t field;                // offset in struct command_line
	unsigned actions;            // the actions that it is valid for, as bits; 0: all
	enum command_action action;  // of an option that is an action
	enum query_view view;
	enum reach_choice reach;  // of an option that allows supervision or refuses it
	unsigned views;           // the views of --query that it is valid for, as bits; 0: all
	const char *operands;     // of an action, in messages; then their number
	size_t least, most;
	const char *form;   // of an option without an argument: the one value that may follow '='; NULL: none
	size_t form_field;  // of that value: offset of a bool in struct command_line
};

// All of them, in the order of the usage text.
extern const struct option_row option_rows[];
extern const size_t option_row_count;  // at most 64

static inline bool option_row_goes_with(const struct option_row *row, enum command_action action, enum query_view view)
{
	return (row->actions == 0 || row->actions >> action & 1) && (row->views == 0 || row->views >> view & 1);
}

// NULL for an unknown option. The second function takes the first length bytes of word.
const struct option_row *option_row_of_letter(char letter);
const struct option_row *option_row_of_word(const char *word, size_t length);

// The row of an action other than ACTION_RUN; view distinguishes those of ACTION_QUERY.
const struct option_row *option_row_of_action(enum command_action action, enum query_view view);

// The member of *query that the option sets; NULL for an option that is not a switch of queries, such as --raw.
bool *option_row_switch(const struct option_row *row, struct query_options *query);
