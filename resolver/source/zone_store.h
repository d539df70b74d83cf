// SPDX-License-Identifier: MIT
// Stores the records of `record` lines and zone files, and finds them by name.
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

#define ZONE_LOOSE 0  // zone number of records outside any zone; apexes[z - 1] is the apex of zone z

// A record. owner and data are offsets into bytes; the data are in wire format.
struct zone_item {
	uint32_t owner, data;
	uint32_t ttl;
	uint32_t next;      // next item of the same node, + 1; 0: none
	uint32_t node;      // index of its node
	uint32_t location;  // index of the location it was read from
	uint32_t line;      // in that file
	uint16_t data_length, type;
	uint8_t owner_length;
};

// A name of a zone. One without items exists because there are names below it (empty non-terminal, RFC 4592 2.2.2).
struct zone_node {
	uint32_t owner;  // offset into bytes
	uint32_t zone;
	uint32_t first, last;  // items, + 1; 0: none
	uint8_t owner_length;
	bool has_alias, has_data;  // has a CNAME; has records that may not coexist with one
	bool has_redirect;         // has a DNAME: names below it are redirected (RFC 6672)
};

struct zone_apex {
	struct name name;
	uint32_t soa;  // index of the item
};

// Where records were read from: a `record` or `zone` line of the configuration, or a file that a zone file includes.
struct zone_location {
	const struct config_line *line;
	char *included;  // path of the included file; NULL: not included
	uint32_t above;  // index of the location that includes it
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
	struct hash_index index;  // of nodes, by zone and name
	struct zone_apex *apexes;
	size_t apex_count;
	struct zone_location *locations;
	size_t location_count;
	uint32_t location;  // being read
	uint32_t *known;    // while records are linked: hash table of items, + 1, by content, to find duplicates
	size_t known_size;
	bool has_loose_wildcards, has_loose_redirects;
};

// Reads the `record` lines and zone files of the configuration. Records of `record` lines, and of files without an SOA,
// take precedence and own only their names and what their wildcards cover. A file's SOA makes a zone, which owns all
// names at and below its apex except delegated ones: NXDOMAIN and NODATA follow RFC 2308, wildcards RFC 4592. A DNAME
// redirects all names below it, even those with records (RFC 6672 2.4), except for a `record` line of the very name.
// config must outlive the result. Returns NULL with *error filled.
struct zone_store *zone_store_open(const struct config *config, struct config_error *error);

// No thread may be using it. Accepts NULL. All other functions are thread-safe.
void zone_store_close(struct zone_store *store);

// Returns whether one of the files, included ones too, has changed since it was read, and been unchanged for
// STAMP_SETTLING. One stat(2) per file.
bool zone_store_is_stale(const struct zone_store *store);

// Adds the current stamps of the files.
void zone_store_sum(const struct zone_store *store, struct file_stamp_sum *sum);

bool zone_store_is_empty(const struct zone_store *store);

// Returns whether zone_answer answers questions for the name.
bool zone_store_owns(const struct zone_store *store, const struct name *name);

// Returns the `record` or `zone` directive that answers for the name, borrowed from the configuration; NULL: none.
const struct config_line *zone_store_line(const struct zone_store *store, const struct name *name);

// The result of zone_store_find.
struct zone_spot {
	const struct zone_node *node;  // NULL with OUTCOME_NO_NAME
	uint32_t zone;
	bool is_redirected;  // node is above the name, and its DNAME redirects the name
};

// Finds the node that answers for the name. Returns OUTCOME_FOUND (node may have no records, and may be a wildcard);
// OUTCOME_NO_NAME if the zone does not have the name; OUTCOME_PASS, with *out unchanged, if no zone or record owns it.
enum outcome zone_store_find(const struct zone_store *store, const struct name *name, struct zone_spot *out);

// Returns the first record of the type at the node, or NULL. Accepts a NULL node.
const struct zone_item *zone_store_item(const struct zone_store *store, const struct zone_node *node, uint16_t type);
