// SPDX-License-Identifier: MIT
#include "resolver/source/zone_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "resolver/dns/zone_file.h"

#define DEFAULT_TTL 60
#define APEXES UINT32_MAX  // pseudo zone number: its nodes are the apexes, and their first is the zone

// ---- reading ----

static bool keep_bytes(struct zone_store *store, const void *from, size_t size, uint32_t *offset)
{
	if (store->byte_count + size > UINT32_MAX)
		return false;
	uint8_t *bytes = array_grown(store->bytes, store->byte_count, size, 1);
	if (!bytes)
		return false;
	store->bytes = bytes;
	*offset = (uint32_t)store->byte_count;
	if (size)
		memcpy(bytes + store->byte_count, from, size);
	store->byte_count += size;
	return true;
}

// Reuses the owner of the previous record if it is the same: the records of an RRset are usually consecutive.
static bool keep_owner(struct zone_store *store, const struct name *owner, uint32_t *offset)
{
	if (store->item_count) {
		const struct zone_item *last = &store->items[store->item_count - 1];
		if (last->owner_length == owner->length &&
			memcmp(store->bytes + last->owner, owner->wire, owner->length) == 0) {
			*offset = last->owner;
			return true;
		}
	}
	return keep_bytes(store, owner->wire, owner->length, offset);
}

static bool add_item(struct zone_store *store, const struct name *owner, struct zone_item item, const uint8_t *data)
{
	struct zone_item *items = array_grown(store->items, store->item_count, 1, sizeof(*items));
	if (!items)
		return false;
	store->items = items;
	item.owner_length = owner->length;
	if (!keep_owner(store, owner, &item.owner) || !keep_bytes(store, data, item.data_length, &item.data))
		return false;
	items[store->item_count++] = item;
	return true;
}

// ---- the index ----

// The key of a node: the zone, and the name from byte start on.
struct ending {
	uint32_t zone;
	const struct name *name;
	unsigned start;
};

static bool is_node_of(const void *things, uint32_t number, const void *key)
{
	const struct zone_store *store = things;
	const struct ending *ending = key;
	const struct zone_node *node = &store->nodes[number];
	return node->zone == ending->zone &&
		name_end_is(ending->name, ending->start, store->bytes + node->owner, node->owner_length);
}

static uint64_t digest_of_ending(uint32_t zone, const struct name *name, unsigned start)
{
	return name_hash_end(name, start, hash_word(HASH_START, zone));
}

static struct zone_node *node_of(const struct zone_store *store, uint32_t zone, const struct name *name, unsigned start)
{
	const struct ending ending = {zone, name, start};
	const uint32_t found =
		hash_index_find(&store->index, digest_of_ending(zone, name, start), is_node_of, store, &ending);
	return found != HASH_INDEX_NONE ? &store->nodes[found] : NULL;
}

static struct name name_at(const struct zone_store *store, uint32_t owner, uint8_t length)
{
	struct name name = {.length = 0};
	name_from_wire(store->bytes + owner, length, &name);
	return name;
}

static uint64_t hash_of(const void *things, uint32_t number)
{
	const struct zone_store *store = things;
	const struct zone_node *node = &store->nodes[number];
	const struct name name = name_at(store, node->owner, node->owner_length);
	return digest_of_ending(node->zone, &name, 0);
}

// Returns the node of the name that begins at byte start of the owner at offset; creates it if necessary. NULL without
// memory.
static struct zone_node *make_node(
	struct zone_store *store, uint32_t zone, const struct name *name, uint32_t offset, unsigned start)
{
	struct zone_node *node = node_of(store, zone, name, start);
	if (node)
		return node;
	struct zone_node *nodes = array_grown(store->nodes, store->node_count, 1, sizeof(*nodes));
	if (!nodes)
		return NULL;
	store->nodes = nodes;
	nodes[store->node_count++] = (struct zone_node){
		.owner = offset + start,
		.zone = zone,
		.owner_length = (uint8_t)(name->length - start),
	};
	if (hash_index_add(&store->index, hash_of, store))
		return &store->nodes[store->node_count - 1];
	store->node_count--;
	return NULL;
}

// Returns the deepest zone that contains the name, or ZONE_LOOSE.
static uint32_t zone_of(const struct zone_store *store, const struct name *name)
{
	for (unsigned start = 0; store->apex_count && start < name->length; start += name->wire[start] + 1u) {
		const struct zone_node *node = node_of(store, APEXES, name, start);
		if (node)
			return node->first;
	}
	return ZONE_LOOSE;
}

// The next item to be added is its SOA.
static bool add_apex(struct zone_store *store, const struct name *name)
{
	uint32_t offset;
	if (node_of(store, APEXES, name, 0))
		return true;
	struct zone_apex *apexes = array_grown(store->apexes, store->apex_count, 1, sizeof(*apexes));
	if (!apexes)
		return false;
	store->apexes = apexes;
	struct zone_node *node =
		keep_bytes(store, name->wire, name->length, &offset) ? make_node(store, APEXES, name, offset, 0) : NULL;
	if (!node)
		return false;
	apexes[store->apex_count++] = (struct zone_apex){*name, (uint32_t)store->item_count};
	node->first = (uint32_t)store->apex_count;
	return true;
}

// ---- reading the locations ----

static bool see_record(void *context, const struct record_view *record, unsigned line)
{
	struct zone_store *store = context;
	const struct zone_item item = {
		.ttl = record->ttl,
		.location = store->location,
		.line = line,
		.data_length = (uint16_t)record->data_length,
		.type = record->type,
	};
	bool is_apex = record->type == RRTYPE_SOA && store->locations[item.location].is_file;
	return (!is_apex || add_apex(store, record->owner)) && add_item(store, record->owner, item, record->data);
}

// The location in error messages: the file, or the label of the line.
static const char *label_of(const struct zone_location *location)
{
	return location->included ? location->included : location->is_file ? location->line->text : location->line->label;
}

static bool fail(const struct zone_location *location, unsigned line, const char *text, struct config_error *error)
{
	struct strbuf out = {.bytes = error->text, .size = sizeof(error->text)};
	strbuf_add_escaped(&out, label_of(location), ESCAPE_TEXT, CONFIG_ERROR_SIZE / 2);
	strbuf_add(&out, ":");
	if (line) {
		strbuf_add_number(&out, line);
		strbuf_add(&out, ":");
	}
	strbuf_add(&out, location->is_file ? " " : " record: ");
	strbuf_add_escaped(&out, text, ESCAPE_TEXT, SIZE_MAX);
	strbuf_end(&out);
	error->reason = 0;
	return false;
}

static bool fail_without_memory(struct config_error *error)
{
	struct strbuf out = {.bytes = error->text, .size = sizeof(error->text)};
	strbuf_add(&out, error_text(ENOMEM));
	strbuf_end(&out);
	error->reason = ENOMEM;
	return false;
}

// Adds the location and makes it the current one. Takes the stamp of the file before reading it.
static bool add_location(struct zone_store *store, struct zone_location location)
{
	struct zone_location *locations = array_grown(store->locations, store->location_count, 1, sizeof(*locations));
	if (!locations)
		return false;
	if (location.is_file)
		location.stamp = file_stamp_of(location.included ? location.included : location.line->text);
	store->locations = locations;
	store->location = (uint32_t)store->location_count;
	locations[store->location_count++] = location;
	return true;
}

// Callback for the beginning of an included file; path NULL: the end of the current one.
static bool enter_file(void *context, const char *path)
{
	struct zone_store *store = context;
	struct zone_location location = {
		.line = store->locations[store->location].line, .above = store->location, .is_file = true};
	if (!path) {
		store->location = store->locations[store->location].above;
		return true;
	}
	location.included = strdup(path);
	if (location.included && add_location(store, location))
		return true;
	free(location.included);
	return false;
}

static bool read_text(
	struct zone_store *store, const struct config_line *line, bool is_file, struct zone_file_error *wrong)
{
	struct name origin;
	const bool has_origin = is_file && line->origin && name_read(line->origin, &origin);
	const struct zone_file_options options = {
		.origin = has_origin ? &origin : NULL,
		.default_ttl = DEFAULT_TTL,
		.is_record = !is_file,
		.visit = see_record,
		.enter = enter_file,
		.context = store,
	};
	return is_file ? zone_file_read(line->text, &options, wrong)
				   : zone_file_read_text(line->text, strlen(line->text), &options, wrong);
}

static bool read_location(
	struct zone_store *store, const struct config_line *line, bool is_file, struct config_error *error)
{
	struct zone_file_error wrong;
	if (!add_location(store, (struct zone_location){.line = line, .is_file = is_file}))
		return fail_without_memory(error);
	if (read_text(store, line, is_file, &wrong))
		return true;
	if (!wrong.text[0])
		return fail_without_memory(error);
	return fail(&store->locations[store->location], is_file ? wrong.line : line->line, wrong.text, error);
}

// As config.c for the zone files: the save file must not be included, since its answers would answer this run.
static bool check_included(const struct zone_store *store, const struct config *config, struct config_error *error)
{
	const struct file_stamp saved = config->save_path ? file_stamp_of(config->save_path) : (struct file_stamp){0};
	for (size_t i = 0; saved.is_regular && i < store->location_count; i++) {
		const struct zone_location *location = &store->locations[i];
		if (location->included && location->stamp.device == saved.device && location->stamp.inode == saved.inode)
			return fail(location, 0, "expected a file that nothing is saved in", error);
	}
	return true;
}

static bool read_locations(struct zone_store *store, const struct config *config, struct config_error *error)
{
	for (size_t i = 0; i < config->record_count; i++)
		if (!read_location(store, &config->records[i], false, error))
			return false;
	for (size_t i = 0; i < config->zone_count; i++)
		if (!read_location(store, &config->zones[i], true, error))
			return false;
	return check_included(store, config, error);
}

// ---- linking records to nodes ----

const struct zone_item *zone_store_item(const struct zone_store *store, const struct zone_node *node, uint16_t type)
{
	for (uint32_t at = node ? node->first : 0; at; at = store->items[at - 1].next)
		if (store->items[at - 1].type == type)
			return &store->items[at - 1];
	return NULL;
}

// Returns the slot of an item of the node with the same content, or the empty slot for it.
static uint32_t *known_place(const struct zone_store *store, const struct zone_node *node, const struct zone_item *item)
{
	const uint64_t start = hash_word(HASH_START, (uint64_t)(node - store->nodes) << 16 | item->type);
	const uint64_t hash = hash_bytes(start, store->bytes + item->data, item->data_length);
	for (size_t at = (size_t)(hash ^ hash >> 29);; at++) {
		uint32_t *location = &store->known[at & (store->known_size - 1)];
		if (!*location)
			return location;
		const struct zone_item *other = &store->items[*location - 1];
		if (other->node == (uint32_t)(node - store->nodes) && other->type == item->type &&
			other->data_length == item->data_length &&
			memcmp(store->bytes + other->data, store->bytes + item->data, item->data_length) == 0)
			return location;
	}
}

// RRSIG and NSEC may coexist with a CNAME (RFC 4034 2.5).
static bool may_join_alias(uint16_t type)
{
	enum { RRSIG = 46, NSEC = 47 };
	return type == RRSIG || type == NSEC;
}

static bool fail_item(
	const struct zone_store *store, const struct zone_item *item, const char *text, struct config_error *error)
{
	const struct zone_location *location = &store->locations[item->location];
	return fail(location, location->is_file ? item->line : location->line->line, text, error);
}

// Appends the item to the list of its node. Omits duplicates and a second SOA of a zone.
static bool link_item(struct zone_store *store, struct zone_node *node, uint32_t number, struct config_error *error)
{
	struct zone_item *item = &store->items[number];
	uint32_t *location = known_place(store, node, item);
	if (*location || (item->type == RRTYPE_SOA && zone_store_item(store, node, RRTYPE_SOA)))
		return true;
	const bool is_alias = item->type == RRTYPE_CNAME, is_data = !is_alias && !may_join_alias(item->type);
	if ((is_alias && (node->has_alias || node->has_data)) || (is_data && node->has_alias))
		return fail_item(store, item, "expected no other record beside a CNAME of the same name", error);
	if (item->type == RRTYPE_DNAME && node->has_redirect)
		return fail_item(store, item, "expected no other DNAME of the same name", error);
	item->node = (uint32_t)(node - store->nodes);
	*location = number + 1;
	*(node->last ? &store->items[node->last - 1].next : &node->first) = number + 1;
	node->last = number + 1;
	node->has_alias |= is_alias;
	node->has_data |= is_data;
	node->has_redirect |= item->type == RRTYPE_DNAME;
	return true;
}

// Links the item to its node. In a zone also creates the nodes between it and the apex.
static bool enter_item(struct zone_store *store, uint32_t number, struct config_error *error)
{
	const struct zone_item *item = &store->items[number];
	const struct name name = name_at(store, item->owner, item->owner_length);
	const uint32_t zone = store->locations[item->location].is_file ? zone_of(store, &name) : ZONE_LOOSE;
	const unsigned least = zone == ZONE_LOOSE ? name.length : store->apexes[zone - 1].name.length;
	struct zone_node *node = make_node(store, zone, &name, item->owner, 0);
	if (!node || !link_item(store, node, number, error))
		return node ? false : fail_without_memory(error);
	store->has_loose_wildcards |= zone == ZONE_LOOSE && name_is_wildcard(&name);
	store->has_loose_redirects |= zone == ZONE_LOOSE && node->has_redirect;
	for (unsigned start = name.wire[0] + 1u; name.length - start >= least && start < name.length;
		 start += name.wire[start] + 1u)
		if (!make_node(store, zone, &name, item->owner, start))
			return fail_without_memory(error);
	return true;
}

// ---- finding ----

// Returns the node of the wildcard directly below the suffix of name from byte start on.
static const struct zone_node *wildcard_below(
	const struct zone_store *store, uint32_t zone, const struct name *name, unsigned start)
{
	struct name wildcard = {.length = (uint8_t)(name->length - start + 2), .wire = {1, '*'}};
	if (name->length - start + 2 > NAME_WIRE_SIZE)
		return NULL;
	memcpy(wildcard.wire + 2, name->wire + start, name->length - start);
	return node_of(store, zone, &wildcard, 0);
}

// Finds the node of the name, or the nearest domain above that has a DNAME or a wildcard for it.
static struct zone_spot find_loose(const struct zone_store *store, const struct name *name)
{
	struct zone_spot spot = {node_of(store, ZONE_LOOSE, name, 0), ZONE_LOOSE, false};
	if (!store->has_loose_wildcards && !store->has_loose_redirects)
		return spot;
	for (unsigned at = 0; !spot.node && name->wire[at];) {
		at += name->wire[at] + 1u;
		const struct zone_node *above = node_of(store, ZONE_LOOSE, name, at);
		spot.is_redirected = above && above->has_redirect;
		spot.node = spot.is_redirected ? above : wildcard_below(store, ZONE_LOOSE, name, at);
	}
	return spot;
}

// Walks down from the apex (RFC 1034 4.3.2): a delegation ends the zone, a DNAME redirects (RFC 6672 3.2), and the
// closest encloser may have a wildcard (RFC 4592).
static enum outcome find_in_zone(
	const struct zone_store *store, uint32_t zone, const struct name *name, struct zone_spot *out)
{
	const unsigned apex = name->length - store->apexes[zone - 1].name.length;
	unsigned starts[NAME_WIRE_SIZE / 2 + 1], count = 0;
	for (unsigned start = 0; start < apex; start += name->wire[start] + 1u)
		starts[count++] = start;
	unsigned closest = apex;
	const struct zone_node *node = node_of(store, zone, name, apex);
	while (count) {
		if (node->has_redirect) {
			*out = (struct zone_spot){node, zone, true};
			return OUTCOME_FOUND;
		}
		const struct zone_node *below = node_of(store, zone, name, starts[count - 1]);
		if (!below)
			break;
		if (zone_store_item(store, below, RRTYPE_NS))
			return OUTCOME_PASS;
		node = below;
		closest = starts[--count];
	}
	*out = (struct zone_spot){count ? wildcard_below(store, zone, name, closest) : node, zone, false};
	return out->node ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

enum outcome zone_store_find(const struct zone_store *store, const struct name *name, struct zone_spot *out)
{
	const struct zone_spot loose = find_loose(store, name);
	if (loose.node) {
		*out = loose;
		return OUTCOME_FOUND;
	}
	const uint32_t zone = zone_of(store, name);
	return zone == ZONE_LOOSE ? OUTCOME_PASS : find_in_zone(store, zone, name, out);
}

// ---- reverse records ----

// Adds a PTR record for the address of a `record` line, unless records for its reverse name exist.
static bool add_reverse(struct zone_store *store, uint32_t number, struct config_error *error)
{
	const struct zone_item *item = &store->items[number];
	const struct name target = name_at(store, item->owner, item->owner_length);
	const bool is_ipv4 = item->type == RRTYPE_A && item->data_length == 4;
	const bool is_ipv6 = item->type == RRTYPE_AAAA && item->data_length == 16;
	if (!(is_ipv4 || is_ipv6) || store->locations[item->location].is_file || name_is_wildcard(&target))
		return true;
	const struct address address = address_from_bytes(is_ipv4 ? AF_INET : AF_INET6, store->bytes + item->data);
	const struct name owner = name_of_address(&address);
	struct zone_spot known;
	if (zone_store_find(store, &owner, &known) == OUTCOME_FOUND && known.node->first)
		return true;
	struct zone_item reverse = *item;
	reverse.type = RRTYPE_PTR;
	reverse.data_length = target.length;
	reverse.next = 0;
	if (!add_item(store, &owner, reverse, target.wire))
		return fail_without_memory(error);
	return enter_item(store, (uint32_t)store->item_count - 1, error);
}

static bool make_index(struct zone_store *store, struct config_error *error)
{
	const size_t count = store->item_count;
	store->known_size = hash_index_size(2 * count + 1);  // each record may add a PTR record
	store->known = calloc(store->known_size, sizeof(*store->known));
	if (!store->known)
		return fail_without_memory(error);
	for (size_t i = 0; i < count; i++)
		if (!enter_item(store, (uint32_t)i, error))
			return false;
	for (size_t i = 0; i < count; i++)
		if (!add_reverse(store, (uint32_t)i, error))
			return false;
	free(store->known);
	store->known = NULL;
	return true;
}

struct zone_store *zone_store_open(const struct config *config, struct config_error *error)
{
	struct zone_store *store = calloc(1, sizeof(*store));
	if (!store) {
		fail_without_memory(error);
		return NULL;
	}
	if (read_locations(store, config, error) && make_index(store, error))
		return store;
	zone_store_close(store);
	return NULL;
}

void zone_store_close(struct zone_store *store)
{
	if (!store)
		return;
	free(store->bytes);
	free(store->items);
	free(store->nodes);
	free(store->index.places);
	free(store->known);
	free(store->apexes);
	for (size_t i = 0; i < store->location_count; i++)
		free(store->locations[i].included);
	free(store->locations);
	free(store);
}

bool zone_store_is_stale(const struct zone_store *store)
{
	for (size_t i = 0; i < store->location_count; i++) {
		const struct zone_location *location = &store->locations[i];
		if (!location->is_file)
			continue;
		const struct file_stamp now = file_stamp_of(label_of(location));
		if (file_stamp_is_outdated(&location->stamp, &now))
			return true;
	}
	return false;
}

void zone_store_sum(const struct zone_store *store, struct file_stamp_sum *sum)
{
	for (size_t i = 0; i < store->location_count; i++)
		if (store->locations[i].is_file)
			file_stamp_sum_add(sum, label_of(&store->locations[i]), false);
}

bool zone_store_is_empty(const struct zone_store *store)
{
	return !store->node_count;
}

bool zone_store_owns(const struct zone_store *store, const struct name *name)
{
	struct zone_spot spot;
	return store->node_count && zone_store_find(store, name, &spot) != OUTCOME_PASS;
}

const struct config_line *zone_store_line(const struct zone_store *store, const struct name *name)
{
	struct zone_spot spot;
	if (!store->node_count || zone_store_find(store, name, &spot) == OUTCOME_PASS)
		return NULL;
	// A name without records of its own is answered by its zone.
	const bool has_records = spot.node && spot.node->first;
	const uint32_t item = has_records ? spot.node->first - 1 : store->apexes[spot.zone - 1].soa;
	return store->locations[store->items[item].location].line;
}
