// SPDX-License-Identifier: MIT
// Parser of zone files (RFC 1035 5, RFC 2308 4, RFC 3597 5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

// Called for each record of class IN with the number of its line in the file. The record is valid during the call.
// Returning false stops the parser.
typedef bool zone_file_visit(void *context, const struct record_view *record, unsigned line);

// Called with the path of an included file, absolute as that of the file, before it is read, and with NULL after its
// last record or if it cannot be read. Returning false stops the parser.
typedef bool zone_file_enter(void *context, const char *path);

// How to parse, and what to call. All pointers are borrowed.
struct zone_file_options {
	const struct name *origin;  // the initial $ORIGIN; NULL: names are absolute without a final dot too, @ is an error
	uint32_t default_ttl;       // seconds; for a record without a TTL that no $TTL and no record with a TTL precedes
	bool is_record;             // the text is one record; directives are errors
	zone_file_visit *visit;
	zone_file_enter *enter;  // of zone_file_read
	void *context;           // of visit and enter
};

// The first error. Line 0 means the file as a whole. The file is the one that zone_file_enter reported last.
#define ZONE_FILE_ERROR_SIZE 256
struct zone_file_error {
	unsigned line;
	char text[ZONE_FILE_ERROR_SIZE];
};

// Parses size bytes of text with $TTL, $ORIGIN and multi-line records; $INCLUDE and $GENERATE are errors. False with
// *error filled; error->text is empty if out of memory or if visit stopped the parser.
bool zone_file_read_text(
	const char *text, size_t size, const struct zone_file_options *options, struct zone_file_error *error);

// The same for a file of at most 256 MB, read by file_read. $INCLUDE is allowed (RFC 1035 5.1); its path is relative to
// the directory of the including file.
bool zone_file_read(const char *path, const struct zone_file_options *options, struct zone_file_error *error);
