// SPDX-License-Identifier: MIT
// Completes a word of a line of the shell.
#pragma once

#include <stddef.h>

#include "shim/command/shell/word_list.h"

// The names that a word may be completed to.
struct shell_names {
	struct word_list asked;  // in earlier questions
	struct word_list hosts;  // of the hosts file
};

// Adds a name to the list, unless the list has it already or is full (SHELL_COMPLETE_NAMES_MAX).
#define SHELL_COMPLETE_NAMES_MAX 1000
void shell_complete_add_name(struct word_list *known, const char *name);

// Adds the completions of word, which begins at offset start of line, to *out: commands and directives at the beginning
// of a line, types after a name, files for a path, and so on.
void shell_complete(
	const char *line, size_t start, const char *word, const struct shell_names *names, struct word_list *out);
