// SPDX-License-Identifier: MIT
// One record as a line of a zone file (RFC 1035 5, RFC 3597 5), or its data alone.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct name;
struct record_view;

// Some zone file parsers reject longer lines.
#define RECORD_TEXT_SIZE 10000

// Writes a record of class IN into text (RECORD_TEXT_SIZE bytes): absolute owner, TTL,
// class, type and data, separated by single spaces, with a final newline and no NUL. Returns the length. For any bytes
// from a server the result is one line without comments that parses back to the same record; data for which the type's
// own format cannot guarantee that is written in the generic format of RFC 3597 5. Returns 0 if there is no such line:
// data invalid for the type, too long, or out of memory.
size_t record_text_write(const struct record_view *record, char *text);

// Writes a name as the owner of such a line, absolute; unlike name_write, also escapes characters that are special in zone
// files ($, @) and dots as \DDD. text holds NAME_TEXT_SIZE bytes.
void record_text_write_owner(const struct name *name, char *text);

// The data of a record of any type and class (names uncompressed) in presentation format: one line of printable ASCII,
// fields separated by single spaces, quotes and backslashes in strings escaped. Types without a format of their own and data
// invalid for the type are written in the generic format of RFC 3597 5. The caller frees it; NULL if out of memory.
char *record_text_data(uint16_t type, uint16_t class, const uint8_t *data, size_t data_length);
