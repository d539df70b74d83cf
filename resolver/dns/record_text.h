// SPDX-License-Identifier: MIT
// One record as a line of a zone file (RFC 1035 5, RFC 3597 5).
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
size_t record_text_write(const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                         size_t data_length, char *text);
