// SPDX-License-Identifier: MIT
// Questions in words, as a command line has them: NAME [CLASS] [TYPE]..., one behind the other; or, as dig(1)
// has them, [CLASS] TYPE... NAME.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is asked about a name.
struct question_kind {
	uint16_t class;
	uint16_t type;    // 0: the name, or address, as a program means it
	uint32_t serial;  // of IXFR=SERIAL; else 0
};

// Takes one question; false ends the reading.
typedef bool question_words_take(const char *name, const struct question_kind *asked, void *context);

// Reads the words from *at on that are about the name there, and moves *at behind them; there is such a word. take
// gets a question for each type, or one of type 0, in other classes than IN of type TXT: they have hardly any other
// data (RFC 4892). False where take said so.
bool question_words_read(char *const *words, size_t count, size_t *at, question_words_take *take, void *context);

// The first of the words, but for the one in front, that looks like a type in capitals and is none: more likely a type
// that is not known, or misspelt, than another name. NULL where there is none. What to say of it is behind the colon.
#define QUESTION_WORDS_UNKNOWN "expected a type such as MX or TYPE65; end a name that looks like a type with a dot"
const char *question_words_unknown(char *const *words, size_t count);
