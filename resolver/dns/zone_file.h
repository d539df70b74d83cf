// SPDX-License-Identifier: MIT
// Records as text: the lines of zone files (RFC 1035 5, RFC 3597).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/name.h"

// Sees one record of class IN, its data uncompressed. Valid for the call. False ends the reading.
typedef bool zone_file_visit(void *context, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                             size_t length, unsigned line);

// What is wrong, and where: line 0 is the file as a whole.
#define ZONE_FILE_ERROR_SIZE 256
struct zone_file_error {
	unsigned line;
	char text[ZONE_FILE_ERROR_SIZE];
};

// Reads a zone file: $ORIGIN (the root at first), $TTL, records of several lines. Records before any TTL have
// default_ttl. False with *error filled; an empty text where visit ended it.
bool zone_file_read(const char *path, uint32_t default_ttl, zone_file_visit *visit, void *context,
                    struct zone_file_error *error);

// The same for one record in a string.
bool zone_file_read_record(const char *text, uint32_t default_ttl, zone_file_visit *visit, void *context,
                           struct zone_file_error *error);
