// SPDX-License-Identifier: MIT
// Base64 (RFC 4648 4) that may be split into any number of words, as in zone files.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct rdata_source;

// State of the decoder; begins as {0}.
struct rdata_base {
	uint32_t bits;     // of the current group of four digits
	unsigned count;    // digits in the current group
	unsigned padding;  // of which '='
};

// Decodes the next word and appends its bytes to source->out. False for invalid base64, and if out is full.
bool rdata_base_read(struct rdata_base *base64, struct rdata_source *source, const char *text, size_t length);

// Did the input end after a complete group?
bool rdata_base_is_whole(const struct rdata_base *base64);

// Writes length bytes as base64, with padding, without spaces.
void rdata_base_write(FILE *out, const uint8_t *bytes, size_t length);
