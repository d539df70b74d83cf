// SPDX-License-Identifier: MIT
// Parses questions from words: a sequence of NAME [CLASS] [TYPE]..., or as in dig(1) [CLASS] TYPE... NAME.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The question about a name.
struct question_kind {
	uint16_t class;
	uint16_t type;    // 0: addresses of the name, or name of the address
	uint32_t serial;  // of IXFR=SERIAL; else 0
};

// Takes one question; false ends the parsing.
typedef bool question_words_take(const char *name, const struct question_kind *asked, void *context);

// Parses the words from *at (< count) that belong to one name, and advances *at. Calls take for each type; without a
// type once with type 0, or with type TXT in classes other than IN (RFC 4892). False if take returned false.
bool question_words_read(char *const *words, size_t count, size_t *at, question_words_take *take, void *context);

// The first word after words[0] that is in capitals, has no dot and is not a type: probably a misspelt type. NULL if
// there is none. The macro is the error message for it.
#define QUESTION_WORDS_UNKNOWN "expected a type such as MX or TYPE65; end a name that looks like a type with a dot"
const char *question_words_unknown(char *const *words, size_t count);
