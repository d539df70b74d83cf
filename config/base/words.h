// SPDX-License-Identifier: MIT
// Splits a line of a configuration file into words.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 128

// Words are separated by blanks (space, tab, newline, carriage return, NUL). A word may contain "double-quoted" parts,
// in which blanks, ';' and '#' are ordinary characters, and \" and \\ are escapes. A '#' or ';' at the beginning of a
// word starts a comment that extends to the end of the line.
struct words {
	size_t count;
	char **word;       // WORDS_MAX pointers followed by the NUL-terminated words, one allocation; owned
	const char *rest;  // the original line after its first word, rest_length bytes; borrowed from the line
	size_t rest_length;
};

enum words_result { WORDS_OK, WORDS_TOO_MANY, WORDS_OPEN_QUOTE, WORDS_NO_MEMORY };

// Splits line (length bytes, no NUL needed) into *out. The caller calls words_clear, after a failure too.
enum words_result words_split(const char *line, size_t length, struct words *out);
void words_clear(struct words *words);
