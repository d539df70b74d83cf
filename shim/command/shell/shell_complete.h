// SPDX-License-Identifier: MIT
// What a word of a line that is typed at the shell may become.
#pragma once

#include <stddef.h>

struct completions;

#define KNOWN_NAMES_MAX 1000

// Names that a question may be about, each once, the oldest first. All zero is none of them.
struct known_names {
	char **names;
	size_t count;
};

// Beyond KNOWN_NAMES_MAX, and without memory, the name is forgotten.
void known_names_add(struct known_names *known, const char *name);
void known_names_clear(struct known_names *known);

// Adds to *out what word, which begins at start of line, may become: commands and directives where a line begins, types
// behind a name, files where a path is wanted, and so on. asked are the names that were asked before, hosts those of
// the hosts file.
void shell_complete(const char *line, size_t start, const char *word, const struct known_names *asked,
	const struct known_names *hosts, struct completions *out);
