// SPDX-License-Identifier: MIT
// The records that the scripted server answers from. Reading zone-file text is all that ldns does here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config/base/name.h"

struct fake_record {
	struct fake_record *next;
	uint16_t type, class;
	uint32_t ttl;
	uint16_t length;
	const uint8_t *data;  // names in it uncompressed
};

// A name that exists: it has records, or there are names below it.
struct fake_node {
	struct fake_node *next;
	struct name owner;
	struct fake_record *records;
};

#define FAKE_ZONE_BUCKETS 1024

// All zero is a valid empty one.
struct fake_zone {
	struct fake_node *buckets[FAKE_ZONE_BUCKETS];
};

// False at the first line that cannot be read: its number in *line, the reason in *reason.
bool fake_zone_read(struct fake_zone *zone, FILE *file, int *line, const char **reason);
void fake_zone_clear(struct fake_zone *zone);

// NULL when there is no such name.
const struct fake_node *fake_zone_find(const struct fake_zone *zone, const struct name *name);
// The first record of that type and class, NULL without one; fake_record_next goes on from there.
const struct fake_record *fake_node_find(const struct fake_node *node, uint16_t type, uint16_t class);
const struct fake_record *fake_record_next(const struct fake_record *record, uint16_t type, uint16_t class);

// The SOA of the closest zone at or above name; *owner is its owner. NULL without one.
const struct fake_record *fake_zone_soa(const struct fake_zone *zone, const struct name *name, struct name *owner);

// Takes the first label away. The root stays the root.
struct name fake_name_parent(const struct name *name);
