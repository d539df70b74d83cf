// SPDX-License-Identifier: MIT
// The table of directives: one row a word, with its setter and its help.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/words.h"

struct config;
struct config_error;
struct config_location;

// One row. A new directive is a new row, its setter, and its line in withdns.conf.5.
struct directive {
	const char *word;
	const char *synopsis;  // "nameserver SERVER... [for DOMAIN...]"
	// Sets config from words (words[0] is the directive's own). False with *expected holding "WORD: expected ...,
	// got ..."; in a place whose door is lenient, where the words were made right before, false means that memory is
	// short, and expected is NULL.
	bool (*set)(struct config *config, const struct config_location *location, const struct words *words,
		struct config_error *expected);
	bool in_resolvconf;  // glibc knows it too: the only rows that count in resolv.conf
	bool is_raw;         // what stands behind the word is read as it is written, quotes, escapes and all
	size_t path_word;    // which word is a path, 0 for none; a relative one begins at the directory of its file
	bool (*is_path)(const char *word);  // is that word a path, and not "none" or "stderr"?
};

// NULL for a word that is none.
const struct directive *directive_find(const char *word);

// The rows in the order in which the man page has them; *count of them.
const struct directive *directive_all(size_t *count);

// The words as one line, quoted where they must be. Allocated; NULL without memory.
char *directive_join(char *const *words, size_t count);

// The same line, to be read from elsewhere: its path made absolute from directory (NULL: the working directory) and HOME,
// words quoted where they must be, comments left out. A line that cannot be read comes back as it is: config_load tells
// why. Allocated; NULL with errno.
char *directive_absolute(const char *line, const char *directory);

// Where the directive at bytes ends: at a newline, or with has_semicolons, as in the environment, at a ';' outside
// quotes too. A quote that is left open does not reach beyond its line.
size_t directive_length(const char *bytes, size_t size, bool has_semicolons);

// directive_absolute for all the directives of the environment's text; each becomes a line of its own.
char *directives_absolute(const char *text, const char *directory);
