// SPDX-License-Identifier: MIT
// Record data while they are read from text: the words of one zone file entry (RFC 1035 5.1), and the bytes they make.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;

struct rdata_source {
	const char *at;             // of the text, which ends in a NUL and has no comments or parentheses
	const struct name *origin;  // of relative names; NULL: names are absolute, and @ is an error
	uint8_t *out;
	size_t room, length;  // bytes that out holds, and has
};

// Escapes are still in it. What stands in quotes is a word by itself, without them.
struct rdata_word {
	const char *text;
	size_t length;
	bool is_quoted;
};

bool rdata_source_is_at_end(const struct rdata_source *source);
bool rdata_source_word(struct rdata_source *source, struct rdata_word *word);  // false at the end

// The value of a word of decimal digits. False for anything else and for more than most.
bool rdata_source_number(struct rdata_source *source, uint64_t most, uint64_t *out);

bool rdata_source_put(struct rdata_source *source, const void *bytes, size_t length);       // false: no room
bool rdata_source_put_number(struct rdata_source *source, uint64_t number, unsigned size);  // big endian

// The byte at *at, its escape (\X, \DDD) decoded; *at moves behind it. False at the end and for a broken escape.
bool rdata_source_byte(const char **at, const char *end, uint8_t *out);

// Reads word as a name, relative to origin (NULL: absolute) without a dot at its end. False for a quoted word, and for
// one that begins with an @ and goes on.
bool rdata_source_name(const struct rdata_word *word, const struct name *origin, struct name *out);

// Is the word, in which case does not count, that text?
bool rdata_source_word_is(const struct rdata_word *word, const char *text);

// "3600", "1h30m" (BIND's units, RFC 2308 examples). False for more than 32 bits.
bool rdata_source_period(const struct rdata_word *word, uint32_t *out);
