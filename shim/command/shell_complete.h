// SPDX-License-Identifier: MIT
// What a word of a line that is typed at the shell may become.
#pragma once

#include <stddef.h>

struct completions;

// Names that were asked before, each once, the oldest first. All zero is none of them.
struct asked_names {
	char **names;
	size_t count;
};

// Without memory the name is forgotten.
void asked_names_add(struct asked_names *asked, const char *name);
void asked_names_clear(struct asked_names *asked);

// Adds to *out what word, which begins at start of line, may become: commands and directives where a line begins, types
// behind a name, files where a path is wanted, and so on.
void shell_complete(const char *line, size_t start, const char *word, const struct asked_names *asked,
	struct completions *out);
