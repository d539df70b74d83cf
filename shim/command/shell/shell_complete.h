// SPDX-License-Identifier: MIT
// Completes a word of a line of the shell.
#pragma once

#include <stddef.h>

struct word_list;

// Adds a name to the known ones, unless it is one of them or there are SHELL_COMPLETE_NAMES_MAX.
#define SHELL_COMPLETE_NAMES_MAX 1000
void shell_complete_know(struct word_list *known, const char *name);

// Adds the completions of word, which begins at offset start of line, to *out: commands and directives at the beginning
// of a line, types after a name, files for a path, and so on. asked has the names of earlier questions, hosts those of
// the hosts file.
void shell_complete(const char *line, size_t start, const char *word, const struct word_list *asked,
	const struct word_list *hosts, struct word_list *out);
