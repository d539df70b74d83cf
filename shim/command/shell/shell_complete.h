// SPDX-License-Identifier: MIT
// What a word of a line that is typed at the shell may become.
#pragma once

#include <stddef.h>

struct word_list;

// Adds a name that a question may be about to those that are known, unless it is one of them. Beyond
// SHELL_COMPLETE_NAMES_MAX it is forgotten.
#define SHELL_COMPLETE_NAMES_MAX 1000
void shell_complete_know(struct word_list *known, const char *name);

// Adds to *out what word, which begins at start of line, may become: commands and directives where a line begins, types
// behind a name, files where a path is wanted, and so on. asked are the names that were asked before, hosts those of
// the hosts file.
void shell_complete(const char *line, size_t start, const char *word, const struct word_list *asked,
	const struct word_list *hosts, struct word_list *out);
