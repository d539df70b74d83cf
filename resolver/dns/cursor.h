// SPDX-License-Identifier: MIT
// Reading a message from front to back: a cursor that remembers its first error.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;

// Once failed, every further read gives zeros: check once, after the last field.
struct cursor {
	const uint8_t *bytes;  // the whole message, since names point back into it
	size_t size;
	size_t at;
	bool failed;
};

uint8_t cursor_u8(struct cursor *cursor);
uint16_t cursor_u16(struct cursor *cursor);
uint32_t cursor_u32(struct cursor *cursor);
const uint8_t *cursor_bytes(struct cursor *cursor, size_t size);  // NULL where they are not there

// Reads a name, compressed or not (RFC 1035 4.1.4). A pointer must lead to an earlier place than the one before it, and
// there are at most CURSOR_POINTERS_MAX of them: time is bounded whatever the message holds. name may be NULL.
#define CURSOR_POINTERS_MAX 64
void cursor_name(struct cursor *cursor, struct name *name);
