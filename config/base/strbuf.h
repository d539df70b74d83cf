// SPDX-License-Identifier: MIT
// Builds text in a fixed-size buffer, truncating it to fit; untrusted text is escaped.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Empty if used is 0. The caller owns bytes, which holds size bytes. No NUL before strbuf_end.
struct strbuf {
	char *bytes;
	size_t size;
	size_t used;
};

enum escape_style {
	ESCAPE_TEXT,  // control characters and invalid UTF-8 as \xHH
	ESCAPE_WORD,  // also blanks, so that it remains one word
	ESCAPE_JSON,  // content of a JSON string (RFC 8259)
	ESCAPE_NOTHING,
};

// Adds text unescaped, truncated to the room that is left.
void strbuf_add(struct strbuf *buffer, const char *text);

// Add bytes unescaped, likewise.
void strbuf_add_bytes(struct strbuf *buffer, const char *bytes, size_t size);
static inline void strbuf_add_byte(struct strbuf *buffer, char byte)
{
	strbuf_add_bytes(buffer, &byte, 1);
}

// In decimal.
void strbuf_add_number(struct strbuf *buffer, uint64_t number);

// In decimal, with leading zeros up to `digits` digits.
void strbuf_add_digits(struct strbuf *buffer, unsigned number, unsigned digits);

// Adds microseconds (not negative) as milliseconds with so many decimals, 2 or 3, cut off: "12.34".
void strbuf_add_milliseconds(struct strbuf *buffer, int64_t microseconds, unsigned digits);

// Adds the current time in UTC (RFC 3339): "2026-01-31T23:59:59.999Z". Takes no lock, unlike gmtime_r(3).
void strbuf_add_time(struct strbuf *buffer);

// Adds text escaped, in at most limit bytes; longer text is cut between characters and ends in "...".
void strbuf_add_escaped(struct strbuf *buffer, const char *text, enum escape_style style, size_t limit);

// The length of the character at text (utf8.h); 0 for invalid UTF-8 or a C1 control. text ends in NUL.
size_t strbuf_utf8_length(const uint8_t *text);

// Terminates the text with a NUL, which replaces the last byte if the buffer is full. Returns bytes.
char *strbuf_end(struct strbuf *buffer);

// strbuf_add for each of the texts.
#define strbuf_add_texts(buffer, ...) strbuf_add_all(buffer, (const char *const[]){__VA_ARGS__, NULL})
void strbuf_add_all(struct strbuf *buffer, const char *const *texts);

// The same into an empty buffer, and a NUL. Returns bytes, which holds size bytes.
#define strbuf_join(bytes, size, ...) strbuf_join_all(bytes, size, (const char *const[]){__VA_ARGS__, NULL})
char *strbuf_join_all(char *bytes, size_t size, const char *const *texts);

static inline size_t strbuf_room(const struct strbuf *buffer)
{
	return buffer->size - buffer->used;
}

// The room that is left if `reserve` bytes of it stay free.
static inline size_t strbuf_room_before(const struct strbuf *buffer, size_t reserve)
{
	return strbuf_room(buffer) > reserve ? strbuf_room(buffer) - reserve : 0;
}
