// SPDX-License-Identifier: MIT
// Record data while they are written as text: words with single blanks between them, all of printable ASCII.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "resolver/dns/cursor.h"

struct name;

struct rdata_sink {
	FILE *out;
	struct cursor data;  // has failed once the data are not as their type wants them
	bool has_words;
};

void rdata_sink_begin_word(struct rdata_sink *sink);
__attribute__((format(printf, 2, 3))) void rdata_sink_word(struct rdata_sink *sink, const char *format, ...);

// A word: an uncompressed name at the cursor, with its final dot, special bytes escaped as BIND has them.
void rdata_sink_name(struct rdata_sink *sink);

// Words: the strings (RFC 1035 3.3) up to the end of the data, one at least, in quotes.
void rdata_sink_strings(struct rdata_sink *sink);

// A word: length bytes in quotes.
void rdata_sink_quoted(struct rdata_sink *sink, const uint8_t *bytes, size_t length);
