// SPDX-License-Identifier: MIT
// Output side of the RDATA printers: words of printable ASCII, separated by single spaces.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "resolver/dns/cursor.h"

struct name;

struct rdata_sink {
	FILE *out;
	struct cursor data;  // the RDATA; failed is set once they do not fit their type
	bool has_words;      // a space is due before the next word
};

// Writes the space before a word, if one is due.
void rdata_sink_begin_word(struct rdata_sink *sink);

// Writes one word.
__attribute__((format(printf, 2, 3))) void rdata_sink_word(struct rdata_sink *sink, const char *format, ...);

// Writes the uncompressed name at the cursor as one word: absolute, special bytes escaped as BIND does.
void rdata_sink_name(struct rdata_sink *sink);

// Writes the character-strings (RFC 1035 3.3) up to the end of the data, at least one, each a quoted word.
void rdata_sink_strings(struct rdata_sink *sink);

// Writes length bytes as one quoted word.
void rdata_sink_quoted(struct rdata_sink *sink, const uint8_t *bytes, size_t length);
