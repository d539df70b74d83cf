// SPDX-License-Identifier: MIT
#include "resolver/source/zone_store.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/hash.h"
#include "config/config.h"

#define APEXES UINT32_MAX  // pseudo zone number: its nodes are the apexes, and their first is the zone

// ---- items and nodes ----

static bool keep_bytes(struct zone_store *store, const void *from, size_t size, uint32_t *offset)
{
	if (store->byte_count + size > UINT32_MAX)
		return false;
	*offset = (uint32_t)store->byte_count;
	return array_append_all(&store->bytes, &store->byte_count, from, size, 1);
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

bool zone_store_add_item(struct zone_store *store, const struct name *owner, struct zone_item item, const uint8_t *data)
{
	item.owner_length = owner->length;
	return keep_owner(store, owner, &item.owner) && keep_bytes(store, data, item.data_length, &item.data) &&
		array_append(&store->items, &store->item_count, &item, sizeof(item));
}

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

static uint64_t hash_of_ending(uint32_t zone, const struct name *name, unsigned start)
{
	return name_hash_end(name, start, hash_word(HASH_START, zone));
}

static struct zone_node *node_of(const struct zone_store *store, uint32_t zone, const struct name *name, unsigned start)
{
	const struct ending ending = {zone, name, start};
	const uint32_t found =
		hash_index_find(&store->index, hash_of_ending(zone, name, start), is_node_of, store, &ending);
	return found != HASH_INDEX_NONE ? &store->nodes[found] : NULL;
}

struct name zone_store_name(const struct zone_store *store, uint32_t owner, uint8_t length)
{
	struct name name = {.length = 0};
	name_from_wire(store->bytes + owner, length, &name);
	return name;
}

static uint64_t hash_of(const void *things, uint32_t number)
{
	const struct zone_store *store = things;
	const struct zone_node *node = &store->nodes[number];
	const struct name name = zone_store_name(store, node->owner, node->owner_length);
	return hash_of_ending(node->zone, &name, 0);
}

struct zone_node *zone_store_make_node(
	struct zone_store *store, uint32_t zone, const struct name *name, uint32_t offset, unsigned start)
{
	struct zone_node *node = node_of(store, zone, name, start);
	if (node)
		return node;
	const uint8_t length = (uint8_t)(name->length - start);
	const struct zone_node made = {.owner = offset + start, .zone = zone, .owner_length = length};
	if (!array_append(&store->nodes, &store->node_count, &made, sizeof(made)))
		return NULL;
	if (hash_index_add(&store->index, hash_of, store))
		return &store->nodes[store->node_count - 1];
	store->node_count--;
	return NULL;
}

uint32_t zone_store_zone(const struct zone_store *store, const struct name *name)
{
	for (unsigned start = 0; store->apex_count && start < name->length; start += name->wire[start] + 1u) {
		const struct zone_node *node = node_of(store, APEXES, name, start);
		if (node)
			return node->first;
	}
	return ZONE_NONE;
}

bool zone_store_add_apex(struct zone_store *store, const struct name *name)
{
	uint32_t offset;
	if (node_of(store, APEXES, name, 0))
		return true;
	const struct zone_apex apex = {*name, (uint32_t)store->item_count};
	struct zone_node *node = keep_bytes(store, name->wire, name->length, &offset)
		? zone_store_make_node(store, APEXES, name, offset, 0)
		: NULL;
	if (!node || !array_append(&store->apexes, &store->apex_count, &apex, sizeof(apex)))
		return false;
	node->first = (uint32_t)store->apex_count;
	return true;
}

const struct zone_item *zone_store_next(
	const struct zone_store *store, const struct zone_node *node, uint16_t type, const struct zone_item *previous)
{
	uint32_t at = previous ? previous->next : node ? node->first : 0;
	while (at && type != RRTYPE_ANY && store->items[at - 1].type != type)
		at = store->items[at - 1].next;
	return at ? &store->items[at - 1] : NULL;
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
static struct zone_match find_zoneless(const struct zone_store *store, const struct name *name)
{
	struct zone_match spot = {node_of(store, ZONE_NONE, name, 0), ZONE_NONE, false};
	if (!store->has_zoneless_domains)
		return spot;
	for (unsigned at = 0; !spot.node && name->wire[at];) {
		at += name->wire[at] + 1u;
		const struct zone_node *above = node_of(store, ZONE_NONE, name, at);
		spot.is_redirected = above && above->has_redirect;
		spot.node = spot.is_redirected ? above : wildcard_below(store, ZONE_NONE, name, at);
	}
	return spot;
}

// Walks down from the apex (RFC 1034 4.3.2): a delegation ends the zone, a DNAME redirects (RFC 6672 3.2), and the
// closest encloser may have a wildcard (RFC 4592).
static enum outcome find_in_zone(
	const struct zone_store *store, uint32_t zone, const struct name *name, struct zone_match *out)
{
	const unsigned apex = name->length - store->apexes[zone - 1].name.length;
	unsigned starts[NAME_WIRE_SIZE / 2 + 1], count = 0;
	for (unsigned start = 0; start < apex; start += name->wire[start] + 1u)
		starts[count++] = start;
	unsigned closest = apex;
	const struct zone_node *node = node_of(store, zone, name, apex);
	while (count) {
		if (node->has_redirect) {
			*out = (struct zone_match){node, zone, true};
			return OUTCOME_FOUND;
		}
		const struct zone_node *below = node_of(store, zone, name, starts[count - 1]);
		if (!below)
			break;
		if (zone_store_next(store, below, RRTYPE_NS, NULL))
			return OUTCOME_PASS;
		node = below;
		closest = starts[--count];
	}
	*out = (struct zone_match){count ? wildcard_below(store, zone, name, closest) : node, zone, false};
	return out->node ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

enum outcome zone_store_find(const struct zone_store *store, const struct name *name, struct zone_match *out)
{
	const struct zone_match zoneless = find_zoneless(store, name);
	if (zoneless.node) {
		*out = zoneless;
		return OUTCOME_FOUND;
	}
	const uint32_t zone = zone_store_zone(store, name);
	return zone == ZONE_NONE ? OUTCOME_PASS : find_in_zone(store, zone, name, out);
}

void zone_store_close(struct zone_store *store)
{
	if (!store)
		return;
	free(store->bytes);
	free(store->items);
	free(store->nodes);
	free(store->index.places);
	free(store->apexes);
	for (size_t i = 0; i < store->location_count; i++)
		free(store->locations[i].included);
	free(store->locations);
	free(store);
}

void zone_store_sum(const struct zone_store *store, struct file_stamp_sum *sum)
{
	for (size_t i = 0; i < store->location_count; i++)
		file_stamp_sum_add(sum, store->locations[i].path, &store->locations[i].stamp, false);
}

const struct config_line *zone_store_line(const struct zone_store *store, const struct name *name)
{
	struct zone_match spot;
	if (!store->node_count || zone_store_find(store, name, &spot) == OUTCOME_PASS)
		return NULL;
	// A name without records of its own is answered by its zone.
	const bool has_records = spot.node && spot.node->first;
	const uint32_t item = has_records ? spot.node->first - 1 : store->apexes[spot.zone - 1].soa;
	return store->locations[store->items[item].location].line;
}
