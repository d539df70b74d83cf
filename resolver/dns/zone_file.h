// SPDX-License-Identifier: MIT
// Parser of zone files (RFC 1035 5, RFC 2308 4, RFC 3597 5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"

// Called for each record of class IN; names in data are uncompressed, line is its line in the file. The pointers are
// valid during the call. Returning false stops the parser.
typedef bool zone_file_visit(void *context, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
	size_t length, unsigned line);

// Called with the absolute path of an included file before it is read, and with NULL after its last record or if it
// cannot be read. Returning false stops the parser.
typedef bool zone_file_enter(void *context, const char *path);

// The first error. Line 0 means the file as a whole. The file is the one that zone_file_enter reported last.
#define ZONE_FILE_ERROR_SIZE 256
struct zone_file_error {
	unsigned line;
	char text[ZONE_FILE_ERROR_SIZE];
};

enum zone_file_flags {
	ZONE_FILE_LINE = 1,     // the text is one record; directives are errors
	ZONE_FILE_BY_LDNS = 2,  // for tests: ldns parses addresses and unescaped names, to compare with our parser
};

// Parses size bytes of text with $TTL, $ORIGIN and multi-line records. Without $ORIGIN, names are absolute even without
// a final dot, and @ is an error. $INCLUDE and $GENERATE are errors. A record without a TTL has that of $TTL or of the
// record before it; default_ttl (seconds) if there is neither. False with *error filled; error->text is empty if out of
// memory or if visit stopped the parser.
bool zone_file_read_text(const char *text, size_t size, unsigned flags, uint32_t default_ttl, zone_file_visit *visit,
	void *context, struct zone_file_error *error);

// The same for a file of at most 256 MB, read by file_read. origin (NULL: none) is the initial $ORIGIN. $INCLUDE is
// allowed (RFC 1035 5.1); its path is relative to the directory of the including file.
bool zone_file_read(const char *path, const struct name *origin, uint32_t default_ttl, zone_file_visit *visit,
	zone_file_enter *enter, void *context, struct zone_file_error *error);
