// SPDX-License-Identifier: MIT
// RDATA to presentation format and back (RFC 1035 5.1, RFC 3597 5): by the table of rdata_layout.h. Types that
// are not in it have the generic format alone.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rdata_source;

#define RDATA_TEXT_MAX 65535  // bytes of data

// Reads all of the source's text, in the type's own format or the generic one, which begins with \#, and appends the
// data to its buffer, which must be empty. Accepts what BIND accepts. False for invalid text, if the buffer is too
// small, and if out of memory.
bool rdata_text_read(uint16_t type, struct rdata_source *source);

// Does the text, with absolute names, parse to exactly these bytes? False also if out of memory.
bool rdata_text_reads_back(uint16_t type, const char *text, const uint8_t *data, size_t length);

// The type's own format: printable ASCII, words separated by single spaces. rdata_text_read and BIND read it back as
// the same bytes. The caller frees it; NULL for a type that has no format of its own, for data that is
// invalid for the type, for an empty text, and if out of memory.
char *rdata_text_write(uint16_t type, const uint8_t *data, size_t length);
