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
	char *text;          // what has been written to out; see rdata_sink_close
	size_t text_size;
};

// Prepares for length bytes of RDATA (NULL and 0 for other text); the struct must not move until rdata_sink_close.
// False if out of memory.
bool rdata_sink_open(struct rdata_sink *sink, const uint8_t *data, size_t length);

// The text, which the caller frees. NULL if the data did not fit their type, were not read to the end, or if out of
// memory.
char *rdata_sink_close(struct rdata_sink *sink);

// Writes the space before a word, if one is due.
void rdata_sink_begin_word(struct rdata_sink *sink);

// Writes one word.
__attribute__((format(printf, 2, 3))) void rdata_sink_word(struct rdata_sink *sink, const char *format, ...);

// Writes the uncompressed name at the cursor as one word: absolute, special bytes escaped as BIND does.
void rdata_sink_name(struct rdata_sink *sink);

// Writes length bytes; as \DDD those of `special`, and all but printable ASCII.
void rdata_sink_escaped(FILE *out, const uint8_t *bytes, size_t length, const char *special);

// Writes length bytes as one quoted word.
void rdata_sink_quoted(struct rdata_sink *sink, const uint8_t *bytes, size_t length);
