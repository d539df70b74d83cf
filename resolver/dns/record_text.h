// SPDX-License-Identifier: MIT
// One record as a line of a zone file (RFC 1035 5, RFC 3597 5), or its data alone.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct name;

// Longer lines not every reader of zone files takes.
#define RECORD_TEXT_SIZE 10000

// Writes the record, of class IN and with the names in its data uncompressed, into text, which holds RECORD_TEXT_SIZE
// bytes: owner with its final dot, TTL, class, type and data parted by single blanks, a newline at the end, no NUL.
// Returns the length. Whatever a server put into owner or data, the line is one line, has no comment, and is read back
// as this very record: data that cannot be told so in its type's own form stands in that of RFC 3597. 0 where there is
// no such line: data that its type does not allow, or too long, or no memory.
size_t record_text_write(
	const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data, size_t data_length, char *text);

// The data alone, of a record of any type and class, as a zone file has it (names in it uncompressed): one line of
// printable ASCII, the fields parted by single blanks, quotes and backslashes in strings escaped. What ldns does not
// know, and what is not as its type wants it, stands in the form of RFC 3597. Allocated; NULL without memory.
char *record_text_data(uint16_t type, uint16_t class, const uint8_t *data, size_t data_length);
