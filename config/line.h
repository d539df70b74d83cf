// SPDX-License-Identifier: MIT
// Text put together in a buffer of fixed size; what others wrote gets in only with its controls escaped.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// All zero but bytes and size is an empty one. bytes has no NUL: see line_end.
struct line {
	char *bytes;
	size_t size;
	size_t used;
};

enum line_style {
	LINE_TEXT,  // controls and what is no UTF-8 as \xHH
	LINE_WORD,  // blanks too, so that it stays one word
	LINE_JSON,  // what stands between the quotes of a JSON string
};

// Adds text as it is, as far as it fits.
void line_add(struct line *line, const char *text);

void line_add_number(struct line *line, uint64_t number);

// With leading zeros to that many digits.
void line_add_digits(struct line *line, unsigned number, unsigned digits);

// Adds text escaped, in at most limit bytes: what is longer is cut between characters and ends in "...".
void line_add_escaped(struct line *line, const char *text, enum line_style style, size_t limit);

// The length of the UTF-8 sequence that text begins with (RFC 3629), 0 where it begins with none, or with a C1 control.
size_t line_utf8_length(const uint8_t *text);

// Puts a NUL behind it (over its last byte if it is full) and returns bytes.
char *line_end(struct line *line);

static inline size_t line_room(const struct line *line)
{
	return line->size - line->used;
}
