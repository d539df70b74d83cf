// SPDX-License-Identifier: MIT
// Text put together in a buffer of fixed size; what others wrote gets in only with its controls escaped.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero but bytes and size is an empty one. bytes has no NUL: see strbuf_end.
struct strbuf {
	char *bytes;
	size_t size;
	size_t used;
};

enum escape_style {
	ESCAPE_TEXT,  // controls and what is no UTF-8 as \xHH
	ESCAPE_WORD,  // blanks too, so that it stays one word
	ESCAPE_JSON,  // what stands between the quotes of a JSON string
};

// Adds text as it is, as far as it fits.
void strbuf_add(struct strbuf *line, const char *text);

void strbuf_add_number(struct strbuf *line, uint64_t number);

// With leading zeros to that many digits.
void strbuf_add_digits(struct strbuf *line, unsigned number, unsigned digits);

// Adds text escaped, in at most limit bytes: what is longer is cut between characters and ends in "...".
void strbuf_add_escaped(struct strbuf *line, const char *text, enum escape_style style, size_t limit);

// The length of the UTF-8 sequence that text begins with (RFC 3629), 0 where it begins with none, or with a C1 control.
size_t line_utf8_length(const uint8_t *text);

// Puts a NUL behind it (over its last byte if it is full) and returns bytes.
char *strbuf_end(struct strbuf *line);

static inline size_t strbuf_room(const struct strbuf *line)
{
	return line->size - line->used;
}
