// SPDX-License-Identifier: MIT
// Bounds-checked reads from a DNS message, with one error flag for the whole sequence.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/compiler.h"

struct name;

// A read beyond the end sets failed; later reads return zeros. So one test of failed after the last field is enough.
struct cursor {
	const uint8_t *bytes;  // the whole message, because compression pointers are relative to its start; not owned
	size_t size;
	size_t at;
	size_t names;  // offset from which names can stand, for compression pointers: behind the header (wire_header)
	bool failed;
};

// A pointer to the next size bytes, in the message; NULL, with failed set, if there are fewer.
static inline const uint8_t *cursor_bytes(struct cursor *cursor, size_t size)
{
	if (UNLIKELY(cursor->failed || cursor->size - cursor->at < size)) {
		cursor->failed = true;
		return NULL;
	}
	const uint8_t *bytes = cursor->bytes + cursor->at;
	cursor->at += size;
	return bytes;
}

// Big-endian integers, as all integers of the DNS.
static inline uint8_t cursor_u8(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 1);
	return b ? b[0] : 0;
}

static inline uint16_t cursor_u16(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 2);
	return b ? (uint16_t)(b[0] << 8 | b[1]) : 0;
}

static inline uint32_t cursor_u32(struct cursor *cursor)
{
	const uint8_t *b = cursor_bytes(cursor, 4);
	return b ? (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3] : 0;
}

// The bytes up to the end, *length of them; NULL, with *length 0, after an error.
const uint8_t *cursor_rest(struct cursor *cursor, size_t *length);

// Reads a name, compressed or not (RFC 1035 4.1.4). Each compression pointer must lead to a lower offset than the one
// before it, but not below names, and at most CURSOR_POINTERS_MAX are followed, so time is bounded for any input. name
// NULL: skip the name. After an error only the bytes of the name are undefined, not its length.
#define CURSOR_POINTERS_MAX 64
void cursor_name(struct cursor *cursor, struct name *name);
