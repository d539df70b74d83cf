// SPDX-License-Identifier: MIT
// Base64 (RFC 4648 4), in as many words as there may be.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct rdata_source;

// What has been read of it. All zero at the beginning.
struct rdata_base {
	uint32_t bits;
	unsigned count;    // of digits since the last whole group of four
	unsigned padding;  // of = signs among these
};

// Reads the next part, and puts its bytes into source->out. False for what is no base64, and where there is no room.
bool rdata_base_read(struct rdata_base *base64, struct rdata_source *source, const char *text, size_t length);

// Is what has been read complete?
bool rdata_base_is_whole(const struct rdata_base *base64);

void rdata_base_write(FILE *out, const uint8_t *bytes, size_t length);
