// SPDX-License-Identifier: MIT
// Records as text: the lines of zone files (RFC 1035 5, RFC 2308 4, RFC 3597 5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"

// Sees one record of class IN, its data uncompressed. Valid for the call. False ends the reading.
typedef bool zone_file_visit(void *context, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
	size_t length, unsigned line);

// Sees the absolute path of a file that is included, before it is read; NULL behind its last record, or where it cannot
// be read. False ends the reading.
typedef bool zone_file_enter(void *context, const char *path);

// What is wrong, and where: line 0 is the file as a whole; which file, of those that are included, enter knows.
#define ZONE_FILE_ERROR_SIZE 256
struct zone_file_error {
	unsigned line;
	char text[ZONE_FILE_ERROR_SIZE];
};

enum zone_file_flags {
	ZONE_FILE_LINE = 1,     // one record alone, no directive
	ZONE_FILE_BY_LDNS = 2,  // of addresses, and names without escapes, ldns has the last word: to compare with
};

// Reads size bytes of text: $TTL, $ORIGIN, records of several lines. Where no $ORIGIN was given a name is whole without
// a dot at its end, and @ is an error; so are $INCLUDE and $GENERATE. Records before any TTL have default_ttl, those
// behind one the last that was given. False with *error filled; an empty text without memory, or where visit ended it.
bool zone_file_read_text(const char *text, size_t size, unsigned flags, uint32_t default_ttl, zone_file_visit *visit,
	void *context, struct zone_file_error *error);

// The same for a file of at most 256 MB; it is read as file_read has it. origin (NULL: none) counts before any $ORIGIN.
// $INCLUDE is read (RFC 1035 5.1), relative to the file that it stands in.
bool zone_file_read(const char *path, const struct name *origin, uint32_t default_ttl, zone_file_visit *visit,
	zone_file_enter *enter, void *context, struct zone_file_error *error);
