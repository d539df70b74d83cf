// SPDX-License-Identifier: MIT
// The table of directives: for each its name, synopsis and setter.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/words.h"

struct statement;

// A new directive needs a row, a setter, and its entry in withdns.conf.5.
struct directive {
	const char *word;
	const char *synopsis;  // "nameserver SERVER... [for DOMAIN...]"
	// Sets statement->config from statement->words. On failure false, and statement->expected->text holds
	// "WORD: expected ..., got ..."; for libc's sources false means ENOMEM.
	bool (*set)(const struct statement *statement);
	bool in_resolvconf;            // glibc implements it: resolv.conf may contain it
	bool is_raw;                   // the setter reads words->rest, with quotes and escapes as written
	size_t path_word;              // index of the word that is a path, relative to the directory of its file; 0: none
	const char *keyword, *prefix;  // that word is no path if it is the keyword or begins with the prefix; NULL: none
};

// The row of the directive with this name; NULL if there is none.
const struct directive *directive_find(const char *word);

// All rows in the order of the man page; their number in *count.
const struct directive *directive_all(size_t *count);

// Joins count words into one line, quoting where words.h requires it. Allocated; NULL without memory.
char *directive_join(char *const *words, size_t count);

// Makes a directive line independent of the directory of its file: its path becomes absolute (from directory, NULL: the
// working directory; "~/" from HOME), comments are dropped. A line with a syntax error is returned unchanged;
// config_load reports it. Allocated; NULL with errno.
char *directive_absolute(const char *line, const char *directory);

// The length of the directive at bytes (size bytes): up to a newline or the end; with has_semicolons (the environment)
// also up to a ';' outside quotes. An unclosed quote ends with its line.
size_t directive_length(const char *bytes, size_t size, bool has_semicolons);

// directive_absolute for each directive of the text of WITHDNS; the result has one directive per line. NULL on failure.
char *directives_absolute(const char *text, const char *directory);
