// SPDX-License-Identifier: MIT
// Base 16, 32 and 64 (RFC 4648) as record data have them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct rdata_sink;
struct rdata_source;
struct rdata_word;

// The encodings, numbered by the bits of a digit. Base 16 and base 32 ignore case; only base 64 is padded.
enum rdata_base_width {
	RDATA_BASE16 = 4,
	RDATA_BASE32 = 5,  // base32hex (RFC 4648 7)
	RDATA_BASE64 = 6,
};

// State of the decoder; all but width begins as 0.
struct rdata_base {
	enum rdata_base_width width;
	uint32_t bits;   // that are not yet a byte
	unsigned count;  // of bits
	unsigned digits, padding;
};

// Decodes more digits and appends their bytes to source->out. False for an invalid digit, and if out is full.
bool rdata_base_read(struct rdata_base *base, struct rdata_source *source, const char *text, size_t length);

// Is the input complete: no digit too many, unused bits zero, padding complete?
bool rdata_base_is_whole(const struct rdata_base *base);

// Decode one word, or all words to the end of the text, of which there may be none, as one sequence of digits. False
// for invalid digits, a quoted word, and if source->out is full.
bool rdata_base_read_word(struct rdata_source *source, enum rdata_base_width width, const struct rdata_word *word);
bool rdata_base_read_rest(struct rdata_source *source, enum rdata_base_width width);

// Writes length bytes as digits, in lower case, without spaces.
void rdata_base_write(FILE *out, enum rdata_base_width width, const uint8_t *bytes, size_t length);

// Write length bytes, or all to the end of the data, as one word; sink->data.failed is set if there are none.
void rdata_base_write_word(struct rdata_sink *sink, enum rdata_base_width width, const uint8_t *bytes, size_t length);
void rdata_base_write_rest(struct rdata_sink *sink, enum rdata_base_width width);

// Read and write `size` bytes as groups of hexadecimal digits, of two bytes with the separator ':', of one with '-':
// "0014:4fff:ff20:ee64", "00-00-5e-00-53-2a". A group may lack its leading zeros.
bool rdata_base_read_groups(struct rdata_source *source, char separator, unsigned size);
void rdata_base_write_groups(struct rdata_sink *sink, char separator, unsigned size);
