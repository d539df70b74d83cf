// SPDX-License-Identifier: MIT
// Input side of the RDATA parsers: the words of one zone file entry (RFC 1035 5.1), and a buffer for the bytes.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;

struct rdata_source {
	const char *at;             // the unread text; ends in NUL, has no comments or parentheses
	const struct name *origin;  // for relative names; NULL or not set: names are absolute, and @ is an error
	uint8_t *out;               // not owned
	size_t room, length;        // of out: its size, and the bytes in use
};

// A word that stands for an integer. A table of them ends in one without a word.
struct rdata_keyword {
	unsigned number;
	char word[20];  // an array instead of a pointer: nothing to relocate when the library is loaded
};

// A word of the text, not NUL-terminated, with its escapes. A quoted string is one word, without the quotes.
struct rdata_word {
	const char *text;
	size_t length;
	bool is_quoted;
};

bool rdata_source_is_at_end(const struct rdata_source *source);
bool rdata_source_word(struct rdata_source *source, struct rdata_word *word);  // false at the end

// Reads the next word as a decimal number. False for anything else and for a number above most. The second function
// also accepts the words of a table, in any case.
bool rdata_source_number(struct rdata_source *source, uint64_t most, uint64_t *out);
bool rdata_source_keyword(struct rdata_source *source, const struct rdata_keyword *table, uint64_t most, uint64_t *out);

// Reads the next word as an IPv4 address (4 bytes of address) or an IPv6 address (16 bytes).
bool rdata_source_address(struct rdata_source *source, int family, uint8_t *address);

// Append bytes, or a big-endian integer of size bytes, to out. False if out is full.
bool rdata_source_put(struct rdata_source *source, const void *bytes, size_t length);
bool rdata_source_put_number(struct rdata_source *source, uint64_t number, unsigned size);

// Reads the next word as a name and appends it uncompressed.
bool rdata_source_put_name(struct rdata_source *source);

// Appends the bytes of a word, its escapes decoded.
bool rdata_source_put_word(struct rdata_source *source, const struct rdata_word *word);

// Sets the byte at start, which has been appended, to the number of bytes after it. False for more than 255.
bool rdata_source_set_length(struct rdata_source *source, size_t start);

// Reads word as a name; without a final dot it is relative to origin (NULL or not set: absolute). False for an invalid
// name, a quoted word, and a word that begins with @ but is longer.
bool rdata_source_name(const struct rdata_word *word, const struct name *origin, struct name *out);

// Copies a word with a NUL, its escapes unchanged. False for a quoted word and for one that does not fit.
bool rdata_source_copy(const struct rdata_word *word, char *text, size_t room);

// Does the word equal text, ignoring case?
bool rdata_source_word_is(const struct rdata_word *word, const char *text);

// Reads a TTL: "3600", "1h30m" (BIND's units). False for anything else and for more than 32 bits.
bool rdata_source_period(const struct rdata_word *word, uint32_t *out);
