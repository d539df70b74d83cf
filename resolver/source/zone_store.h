// SPDX-License-Identifier: MIT
// The records that the configuration gives itself: `record` lines and zone files, read, and found by name.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/file_stamp.h"
#include "config/base/hash_index.h"
#include "config/base/name.h"
#include "resolver/dns/message.h"

struct config;
struct config_error;
struct config_line;

#define ZONE_LOOSE 0  // the zone of what is in none; apexes[z - 1] is zone z's

// A record. Owner and data lie in bytes; next is the next record of the same owner, + 1.
struct zone_item {
	uint32_t owner, data;
	uint32_t ttl;
	uint32_t next;
	uint32_t node;      // that it is linked to
	uint32_t location;  // of the line that it came from
	uint32_t line;
	uint16_t data_length, type;
	uint8_t owner_length;
};

// A name of a zone: with records, or without where there are names below it only.
struct zone_node {
	uint32_t owner;
	uint32_t zone;
	uint32_t first, last;  // of its items, + 1; 0: none
	uint8_t owner_length;
	bool has_alias, has_data;  // a CNAME; what may not stand beside one
	bool has_redirect;         // a DNAME: names below are redirected (RFC 6672)
};

struct zone_apex {
	struct name name;
	uint32_t soa;  // the item
};

// A line of the configuration that records come from, or a file that is included by the one that it names.
struct zone_location {
	const struct config_line *line;
	char *included;  // its path; NULL: the line's own
	uint32_t above;  // the place of the including file
	struct file_stamp stamp;
	bool is_file;
};

struct zone_store {
	uint8_t *bytes;
	size_t byte_count;
	struct zone_item *items;
	size_t item_count;
	struct zone_node *nodes;
	size_t node_count;
	struct hash_index index;  // of the nodes, by zone and name
	struct zone_apex *apexes;
	size_t apex_count;
	struct zone_location *locations;
	size_t location_count;
	uint32_t location;  // that is being read
	uint32_t
		*known;  // items by what they say, + 1, while they are linked: n records of one name are no n^2 comparisons
	size_t known_size;
	bool has_loose_wildcards, has_loose_redirects;
};

// Reads all that the configuration names. The lines of `record`, and of files without an SOA, own just their names (and
// what their wildcards cover), and come first. A file's SOA makes a zone: what is at and below it is answered here,
// NXDOMAIN and NODATA included (RFC 2308), wildcards by RFC 4592, all but what it delegates. What is below a DNAME is
// redirected, whatever records it has (RFC 6672 2.4); but a `record` line for the very name counts. NULL with *error
// filled.
struct zone_store *zone_store_open(const struct config *config, struct config_error *error);

// Nobody may be looking anything up any more. Accepts NULL.
void zone_store_close(struct zone_store *store);

// Has one of the files, those that are included too, changed since it was read, and not within STAMP_SETTLING? A stat(2)
// of each.
bool zone_store_is_stale(const struct zone_store *store);

// Adds what the files look like now.
void zone_store_sum(const struct zone_store *store, struct file_stamp_sum *sum);

bool zone_store_is_empty(const struct zone_store *store);

// Would a question for the name be answered here?
bool zone_store_owns(const struct zone_store *store, const struct name *name);

// The `record` or `zone` directive that answers for such a name, as the configuration has it; NULL where none does.
const struct config_line *zone_store_line(const struct zone_store *store, const struct name *name);

// Where a name is. zone_store_find gives OUTCOME_FOUND with its node, which may have no records, or with the node above it
// whose DNAME redirects it; OUTCOME_NO_NAME in a zone without it; OUTCOME_PASS.
struct zone_spot {
	const struct zone_node *node;
	uint32_t zone;
	bool is_redirected;
};

enum outcome zone_store_find(const struct zone_store *store, const struct name *name, struct zone_spot *out);

// The first record of that type at the node; NULL for none, and for no node.
const struct zone_item *zone_store_item(const struct zone_store *store, const struct zone_node *node, uint16_t type);
