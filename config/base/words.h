// SPDX-License-Identifier: MIT
// One line cut into words.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 128

// Words are parted by blanks (a carriage return and a NUL byte are blanks here). A word may hold "double quoted"
// parts, in which blanks and ';' and '#' are plain and \" and \\ stand for themselves. A comment begins at a '#'
// or ';' that begins a word and runs to the end.
struct words {
	size_t count;
	char **word;       // room for WORDS_MAX, NUL-terminated, pointing into what stands behind them; owned
	const char *rest;  // the line itself behind its first word, as it was written: rest_length bytes of the line
	size_t rest_length;
};

enum words_result { WORDS_OK, WORDS_TOO_MANY, WORDS_OPEN_QUOTE, WORDS_NO_MEMORY };

// Fills *out from line (length bytes; need not end in NUL); words_clear frees it, after a failure too.
enum words_result words_split(const char *line, size_t length, struct words *out);
void words_clear(struct words *words);
