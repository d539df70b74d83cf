// SPDX-License-Identifier: MIT
// The options of the command line, a row each, and what they do to it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/command_line.h"

struct problem;

// One option as it was met.
struct use {
	const struct option_row *row;
	const char *spelling;  // "-s", "--server"
	const char *value;     // NULL where the row takes none
};

struct option_row {
	char letter;           // 0: it has the long form only
	const char *word;      // NULL: it has the letter only
	const char *argument;  // as the usage text names it; NULL: it takes none
	const char *help;
	bool (*apply)(struct command_line *line, const struct use *use, struct problem *problem);
	const char *directive;       // what the setting begins with
	size_t field;                // of struct command_line
	unsigned actions;            // that it goes with, as bits; 0: with all
	enum command_action action;  // of those that are one
	enum query_view view;
};

// All of them, in the order of the usage text.
extern const struct option_row option_rows[];
extern const size_t option_row_count;  // at most 64

static inline bool option_row_goes_with(const struct option_row *row, enum command_action action)
{
	return row->actions == 0 || row->actions >> action & 1;
}

// NULL for an option that does not exist. The second one by the first bytes of word.
const struct option_row *option_row_of_letter(char letter);
const struct option_row *option_row_of_word(const char *word, size_t length);

// The row that says what the line is to do, which is not to run.
const struct option_row *option_row_of_action(const struct command_line *line);

// Adds the server of a word such as @192.0.2.1, as dig(1) has it.
bool option_row_add_server(struct command_line *line, const char *word, struct problem *problem);

// Puts the directive "counter " or "journal " with the address of a run (config/run.h) in front of the others, as if the
// option called by that name had been given.
bool option_row_add_run(struct command_line *line, const char *option, const char *directive, const char *path,
	const char *key, struct problem *problem);
