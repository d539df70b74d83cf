// SPDX-License-Identifier: MIT
// Record data in presentation format and back (RFC 1035 5.1, RFC 3597 5), by the table of rdata_layout.h, and one
// record as a line of a zone file.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;
struct rdata_source;
struct record_view;

#define RECORD_TEXT_DATA_MAX 65535  // bytes of data

// Reads all of the source's text, in the type's own format or the generic one, which begins with \#, and appends the
// data to its buffer, which must be empty. Accepts what BIND accepts. Types that are not in the table have the generic
// format alone. False for invalid text, if the buffer is too small, and if out of memory.
bool record_text_read_data(uint16_t type, struct rdata_source *source);

// Does the text, with absolute names, parse to exactly these bytes? False also if out of memory.
bool record_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length);

// The type's own format: printable ASCII, words separated by single spaces. record_text_read_data and BIND read it back
// as the same bytes. The caller frees it; NULL for a type that has no format of its own, for data that is
// invalid for the type, for an empty text, and if out of memory.
char *record_text_own_data(uint16_t type, const uint8_t *data, size_t length);

// The same for any type and class (names uncompressed), in the generic format of RFC 3597 5 if there is no other text.
// NULL if out of memory.
char *record_text_data(uint16_t type, uint16_t class, const uint8_t *data, size_t data_length);

// Some zone file parsers reject longer lines.
#define RECORD_TEXT_SIZE 10000

// Writes a record of class IN into text (RECORD_TEXT_SIZE bytes): absolute owner, TTL,
// class, type and data, separated by single spaces, with a final newline and no NUL. Returns the length. For any bytes
// from a server the result is one line without comments that parses back to the same record; data for which the type's
// own format cannot guarantee that is written in the generic format of RFC 3597 5. Returns 0 if there is no such line:
// data invalid for the type, too long, or out of memory.
size_t record_text_write(const struct record_view *record, char *text);

// Writes a name as the owner of such a line, absolute; unlike name_write, also escapes characters that are special in
// zone files ($, @) and dots as \DDD. text holds NAME_TEXT_SIZE bytes.
void record_text_write_owner(const struct name *name, char *text);
