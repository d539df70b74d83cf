// SPDX-License-Identifier: MIT
// The records of `record` lines and zone files: reads them, finds them by name, and answers questions from them.
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

#define ZONE_NONE 0  // zone number of records outside any zone; apexes[z - 1] is the apex of zone z

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
	const char *path;  // of the file; NULL: a `record` line
	char *included;    // the path, if another file includes this one; owned
	uint32_t above;    // index of the location that includes it
	struct file_stamp stamp;
};

// zone_load makes it. All zero is a valid empty one.
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
	bool has_zoneless_domains;  // outside any zone there are wildcards or DNAMEs
};

// Reads the `record` lines and zone files of the configuration. Records of `record` lines, and of files without an SOA,
// take precedence and own only their names and what their wildcards cover. A file's SOA makes a zone, which owns all
// names at and below its apex except delegated ones: NXDOMAIN and NODATA follow RFC 2308, wildcards RFC 4592. A DNAME
// redirects all names below it, even those with records (RFC 6672 2.4), except for a `record` line of the very name.
// config must outlive the result, which the caller closes. Returns NULL with *error filled.
struct zone_store *zone_load(const struct config *config, struct config_error *error);

// No thread may be using it. Frees the store itself. Accepts NULL.
void zone_store_close(struct zone_store *store);

// The functions from here to zone_store_next do not change the store and are thread-safe.

// Answers a question, as an authoritative server does (RFC 1034 4.3.2). Returns OUTCOME_PASS with *out unchanged if no
// record or zone owns the name. Otherwise fills *out, which must be empty and which the caller clears, with the CNAME
// chain as far as it is known here, including CNAMEs made from DNAMEs (RFC 6672); OUTCOME_UNUSABLE if the chain leads
// to another name or is a loop; OUTCOME_ERROR without memory. The authority section has the SOA for a negative answer,
// the additional section the known addresses of MX, NS and SRV targets.
enum outcome zone_answer(const struct zone_store *store, const struct question *question, struct answer *out);

// Adds the files, included ones too, to *sum.
void zone_store_sum(const struct zone_store *store, struct file_stamp_sum *sum);

// Returns the `record` or `zone` directive that answers for the name, borrowed from the configuration; NULL: none owns
// it.
const struct config_line *zone_store_line(const struct zone_store *store, const struct name *name);

// The result of zone_store_find.
struct zone_match {
	const struct zone_node *node;  // NULL with OUTCOME_NO_NAME
	uint32_t zone;
	bool is_redirected;  // node is above the name, and its DNAME redirects the name
};

// Finds the node that answers for the name. Returns OUTCOME_FOUND (node may have no records, and may be a wildcard);
// OUTCOME_NO_NAME if the zone does not have the name; OUTCOME_PASS, with *out unchanged, if no zone or record owns it.
enum outcome zone_store_find(const struct zone_store *store, const struct name *name, struct zone_match *out);

// Returns the next record of the type (RRTYPE_ANY: of any) at the node after previous (NULL: the first), or NULL.
// Accepts a NULL node.
const struct zone_item *zone_store_next(
	const struct zone_store *store, const struct zone_node *node, uint16_t type, const struct zone_item *previous);

// Returns a copy of the name at an offset into bytes.
struct name zone_store_name(const struct zone_store *store, uint32_t owner, uint8_t length);

// Returns the deepest zone that contains the name, or ZONE_NONE.
uint32_t zone_store_zone(const struct zone_store *store, const struct name *name);

// For zone_load; each returns false or NULL without memory.

// Adds an item, copying owner and data, which fill the members for them. Links it to no node.
bool zone_store_add_item(
	struct zone_store *store, const struct name *owner, struct zone_item item, const uint8_t *data);

// Makes a zone with this apex unless there is one. The next item to be added is its SOA.
bool zone_store_add_apex(struct zone_store *store, const struct name *name);

// Returns the node of the name that begins at byte start of name, whose wire format is at an offset into bytes; creates
// it if necessary. It is valid until the next call.
struct zone_node *zone_store_make_node(
	struct zone_store *store, uint32_t zone, const struct name *name, uint32_t offset, unsigned start);
