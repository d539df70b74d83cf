// SPDX-License-Identifier: MIT
// Record data as text, read and written field by field as a table of types has it (RFC 1035 5.1, RFC 3597 5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;

#define RDATA_TEXT_MAX 65535  // bytes of data

// Is the type in the table? For one that is not, the functions that take a type may not be called.
bool rdata_text_knows(uint16_t type);

// Are there domain names in its text?
bool rdata_text_has_names(uint16_t type);

// Reads text, one line without comments and parentheses, in the form of the type or in that of RFC 3597, into out,
// which holds room bytes. Names without a final dot are relative to origin; NULL: absolute. Accepts what BIND accepts.
// False for anything else, for what has no room, and without memory.
bool rdata_text_read(
	uint16_t type, const char *text, const struct name *origin, uint8_t *out, size_t room, size_t *length);

// Does the text begin with \#, as that of RFC 3597 does? And the bytes that it says, whatever the type.
bool rdata_text_is_any(const char *text);
bool rdata_text_read_any(const char *text, uint8_t *out, size_t room, size_t *length);

// The text: printable ASCII, single blanks between the words. It is read back as these very bytes, by us and by BIND.
// Allocated; NULL for data that are not as the type wants them, or whose text would be empty, and without memory.
char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length);
