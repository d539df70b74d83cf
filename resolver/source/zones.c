// SPDX-License-Identifier: MIT
#include "resolver/source/zones.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/array.h"
#include "config/config.h"
#include "config/hash.h"
#include "config/error_text.h"
#include "config/strbuf.h"
#include "resolver/dns/zone_file.h"

#define DEFAULT_TTL 60
#define APEXES UINT32_MAX  // no zone: its nodes stand at the apexes, and their first is the zone

// ---- reading ----

static bool keep_bytes(struct zones *zones, const void *from, size_t size, uint32_t *offset)
{
	if (zones->byte_count + size > UINT32_MAX)
		return false;
	uint8_t *bytes = array_grown(zones->bytes, zones->byte_count, size, 1);
	if (!bytes)
		return false;
	zones->bytes = bytes;
	*offset = (uint32_t)zones->byte_count;
	if (size)
		memcpy(bytes + zones->byte_count, from, size);
	zones->byte_count += size;
	return true;
}

// Records of one rrset mostly follow each other.
static bool keep_owner(struct zones *zones, const struct name *owner, uint32_t *offset)
{
	if (zones->item_count) {
		const struct zone_item *last = &zones->items[zones->item_count - 1];
		if (last->owner_length == owner->length &&
		    memcmp(zones->bytes + last->owner, owner->wire, owner->length) == 0) {
			*offset = last->owner;
			return true;
		}
	}
	return keep_bytes(zones, owner->wire, owner->length, offset);
}

static bool add_item(struct zones *zones, const struct name *owner, struct zone_item item, const uint8_t *data)
{
	struct zone_item *items = array_grown(zones->items, zones->item_count, 1, sizeof(*items));
	if (!items)
		return false;
	zones->items = items;
	item.owner_length = owner->length;
	if (!keep_owner(zones, owner, &item.owner) || !keep_bytes(zones, data, item.data_length, &item.data))
		return false;
	items[zones->item_count++] = item;
	return true;
}

// ---- the index ----

// A name of a zone, or the end of a name from byte start on.
struct ending {
	uint32_t zone;
	const struct name *name;
	unsigned start;
};

static bool is_node_of(const void *things, uint32_t number, const void *key)
{
	const struct zones *zones = things;
	const struct ending *ending = key;
	const struct zone_node *node = &zones->nodes[number];
	return node->zone == ending->zone &&
	       name_end_is(ending->name, ending->start, zones->bytes + node->owner, node->owner_length);
}

static uint64_t digest_of_ending(uint32_t zone, const struct name *name, unsigned start)
{
	return name_hash_end(name, start, hash_word(HASH_START, zone));
}

static struct zone_node *node_of(const struct zones *zones, uint32_t zone, const struct name *name, unsigned start)
{
	const struct ending ending = { zone, name, start };
	const uint32_t found =
		hash_index_find(&zones->index, digest_of_ending(zone, name, start), is_node_of, zones, &ending);
	return found != HASH_INDEX_NONE ? &zones->nodes[found] : NULL;
}

static struct name name_at(const struct zones *zones, uint32_t owner, uint8_t length)
{
	struct name name = { .length = 0 };
	name_from_wire(zones->bytes + owner, length, &name);
	return name;
}

static uint64_t hash_of(const void *things, uint32_t number)
{
	const struct zones *zones = things;
	const struct zone_node *node = &zones->nodes[number];
	const struct name name = name_at(zones, node->owner, node->owner_length);
	return digest_of_ending(node->zone, &name, 0);
}

// The node for the name that begins at byte start of the owner at offset, made where there is none; NULL without
// memory.
static struct zone_node *make_node(struct zones *zones, uint32_t zone, const struct name *name, uint32_t offset,
                              unsigned start)
{
	struct zone_node *node = node_of(zones, zone, name, start);
	if (node)
		return node;
	struct zone_node *nodes = array_grown(zones->nodes, zones->node_count, 1, sizeof(*nodes));
	if (!nodes)
		return NULL;
	zones->nodes = nodes;
	nodes[zones->node_count++] = (struct zone_node){
		.owner = offset + start, .zone = zone, .owner_length = (uint8_t)(name->length - start),
	};
	if (hash_index_add(&zones->index, hash_of, zones))
		return &zones->nodes[zones->node_count - 1];
	zones->node_count--;
	return NULL;
}

// The deepest zone that the name is within, or ZONE_LOOSE.
static uint32_t zone_of(const struct zones *zones, const struct name *name)
{
	for (unsigned start = 0; zones->apex_count && start < name->length; start += name->wire[start] + 1u) {
		const struct zone_node *node = node_of(zones, APEXES, name, start);
		if (node)
			return node->first;
	}
	return ZONE_LOOSE;
}

// The item that comes next is its SOA.
static bool add_apex(struct zones *zones, const struct name *name)
{
	uint32_t offset;
	if (node_of(zones, APEXES, name, 0))
		return true;
	struct zone_apex *apexes = array_grown(zones->apexes, zones->apex_count, 1, sizeof(*apexes));
	if (!apexes)
		return false;
	zones->apexes = apexes;
	struct zone_node *node = keep_bytes(zones, name->wire, name->length, &offset)
	                        ? make_node(zones, APEXES, name, offset, 0)
	                        : NULL;
	if (!node)
		return false;
	apexes[zones->apex_count++] = (struct zone_apex){ *name, (uint32_t)zones->item_count };
	node->first = (uint32_t)zones->apex_count;
	return true;
}

// ---- what the configuration names ----

static bool see_record(void *context, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                       size_t length, unsigned line)
{
	struct zones *zones = context;
	const struct zone_item item = {
		.ttl = ttl, .location = zones->location, .line = line, .data_length = (uint16_t)length,
		.type = type,
	};
	bool is_apex = type == RRTYPE_SOA && zones->places[item.location].is_file;
	return (!is_apex || add_apex(zones, owner)) && add_item(zones, owner, item, data);
}

// What errors call it: the file, or where the line stands.
static const char *label_of(const struct zone_place *location)
{
	return location->included ? location->included : location->is_file ? location->line->text : location->line->label;
}

static bool fail(const struct zone_place *location, unsigned line, const char *text, struct config_error *error)
{
	struct strbuf out = { .bytes = error->text, .size = sizeof(error->text) };
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
	struct strbuf out = { .bytes = error->text, .size = sizeof(error->text) };
	strbuf_add(&out, error_text(ENOMEM));
	strbuf_end(&out);
	error->reason = ENOMEM;
	return false;
}

// Makes it the place that is being read. Its stamp is from before that.
static bool add_place(struct zones *zones, struct zone_place location)
{
	struct zone_place *places = array_grown(zones->places, zones->location_count, 1, sizeof(*places));
	if (!places)
		return false;
	if (location.is_file)
		location.stamp = file_stamp_of(location.included ? location.included : location.line->text);
	zones->places = places;
	zones->location = (uint32_t)zones->location_count;
	places[zones->location_count++] = location;
	return true;
}

// An included file begins, or the one that is being read ends.
static bool enter_file(void *context, const char *path)
{
	struct zones *zones = context;
	struct zone_place location = { .line = zones->places[zones->location].line, .above = zones->location, .is_file = true };
	if (!path) {
		zones->location = zones->places[zones->location].above;
		return true;
	}
	location.included = strdup(path);
	if (location.included && add_place(zones, location))
		return true;
	free(location.included);
	return false;
}

static bool read_file(struct zones *zones, const struct config_line *line, struct zone_file_error *wrong)
{
	struct name origin;
	const bool has_origin = line->origin && name_read(line->origin, &origin);
	return zone_file_read(line->text, has_origin ? &origin : NULL, DEFAULT_TTL, see_record, enter_file, zones, wrong);
}

static bool read_place(struct zones *zones, const struct config_line *line, bool is_file, struct config_error *error)
{
	struct zone_file_error wrong;
	if (!add_place(zones, (struct zone_place){ .line = line, .is_file = is_file }))
		return fail_without_memory(error);
	if (is_file ? read_file(zones, line, &wrong)
	            : zone_file_read_text(line->text, strlen(line->text), ZONE_FILE_LINE, DEFAULT_TTL, see_record, zones, &wrong))
		return true;
	if (!wrong.text[0])
		return fail_without_memory(error);
	return fail(&zones->places[zones->location], is_file ? wrong.line : line->line, wrong.text, error);
}

// As for the zone files themselves (config.c): what this run saves must not answer it.
static bool check_included(const struct zones *zones, const struct config *config, struct config_error *error)
{
	const struct file_stamp saved = config->save_path ? file_stamp_of(config->save_path) : (struct file_stamp){ 0 };
	for (size_t i = 0; saved.is_regular && i < zones->location_count; i++) {
		const struct zone_place *location = &zones->places[i];
		if (location->included && location->stamp.device == saved.device && location->stamp.inode == saved.inode)
			return fail(location, 0, "expected a file that nothing is saved in", error);
	}
	return true;
}

static bool read_places(struct zones *zones, const struct config *config, struct config_error *error)
{
	for (size_t i = 0; i < config->record_count; i++)
		if (!read_place(zones, &config->records[i], false, error))
			return false;
	for (size_t i = 0; i < config->zone_count; i++)
		if (!read_place(zones, &config->zones[i], true, error))
			return false;
	return check_included(zones, config, error);
}

// ---- the records in it ----

const struct zone_item *zones_item(const struct zones *zones, const struct zone_node *node, uint16_t type)
{
	for (uint32_t at = node ? node->first : 0; at; at = zones->items[at - 1].next)
		if (zones->items[at - 1].type == type)
			return &zones->items[at - 1];
	return NULL;
}

// Where an item of the node that says the same is, or the empty place for it.
static uint32_t *known_place(const struct zones *zones, const struct zone_node *node, const struct zone_item *item)
{
	const uint64_t start = hash_word(HASH_START, (uint64_t)(node - zones->nodes) << 16 | item->type);
	const uint64_t hash = hash_bytes(start, zones->bytes + item->data, item->data_length);
	for (size_t at = (size_t)(hash ^ hash >> 29);; at++) {
		uint32_t *location = &zones->known[at & (zones->known_size - 1)];
		if (!*location)
			return location;
		const struct zone_item *other = &zones->items[*location - 1];
		if (other->node == (uint32_t)(node - zones->nodes) && other->type == item->type &&
		    other->data_length == item->data_length &&
		    memcmp(zones->bytes + other->data, zones->bytes + item->data, item->data_length) == 0)
			return location;
	}
}

// Signatures and their kin may stand beside a CNAME (RFC 4034 2.5).
static bool may_join_alias(uint16_t type)
{
	enum { RRSIG = 46, NSEC = 47 };
	return type == RRSIG || type == NSEC;
}

static bool fail_item(const struct zones *zones, const struct zone_item *item, const char *text,
                      struct config_error *error)
{
	const struct zone_place *location = &zones->places[item->location];
	return fail(location, location->is_file ? item->line : location->line->line, text, error);
}

// At the end of its owner's list; what is there already is left out, and so is a zone's second SOA.
static bool link_item(struct zones *zones, struct zone_node *node, uint32_t number, struct config_error *error)
{
	struct zone_item *item = &zones->items[number];
	uint32_t *location = known_place(zones, node, item);
	if (*location || (item->type == RRTYPE_SOA && zones_item(zones, node, RRTYPE_SOA)))
		return true;
	const bool is_alias = item->type == RRTYPE_CNAME, is_data = !is_alias && !may_join_alias(item->type);
	if ((is_alias && (node->has_alias || node->has_data)) || (is_data && node->has_alias))
		return fail_item(zones, item, "expected no other record beside a CNAME of the same name", error);
	if (item->type == RRTYPE_DNAME && node->has_redirect)
		return fail_item(zones, item, "expected no other DNAME of the same name", error);
	item->node = (uint32_t)(node - zones->nodes);
	*location = number + 1;
	*(node->last ? &zones->items[node->last - 1].next : &node->first) = number + 1;
	node->last = number + 1;
	node->has_alias |= is_alias;
	node->has_data |= is_data;
	node->has_redirect |= item->type == RRTYPE_DNAME;
	return true;
}

// Its node, and in a zone those of all the names between it and the apex.
static bool enter_item(struct zones *zones, uint32_t number, struct config_error *error)
{
	const struct zone_item *item = &zones->items[number];
	const struct name name = name_at(zones, item->owner, item->owner_length);
	const uint32_t zone = zones->places[item->location].is_file ? zone_of(zones, &name) : ZONE_LOOSE;
	const unsigned least = zone == ZONE_LOOSE ? name.length : zones->apexes[zone - 1].name.length;
	struct zone_node *node = make_node(zones, zone, &name, item->owner, 0);
	if (!node || !link_item(zones, node, number, error))
		return node ? false : fail_without_memory(error);
	zones->has_loose_wildcards |= zone == ZONE_LOOSE && name_is_wildcard(&name);
	zones->has_loose_redirects |= zone == ZONE_LOOSE && node->has_redirect;
	for (unsigned start = name.wire[0] + 1u; name.length - start >= least && start < name.length;
	     start += name.wire[start] + 1u)
		if (!make_node(zones, zone, &name, item->owner, start))
			return fail_without_memory(error);
	return true;
}

// ---- finding ----

// The wildcard right below what name is from byte start on.
static const struct zone_node *wildcard_below(const struct zones *zones, uint32_t zone, const struct name *name,
                                         unsigned start)
{
	struct name wildcard = { .length = (uint8_t)(name->length - start + 2), .wire = { 1, '*' } };
	if (name->length - start + 2 > NAME_WIRE_SIZE)
		return NULL;
	memcpy(wildcard.wire + 2, name->wire + start, name->length - start);
	return node_of(zones, zone, &wildcard, 0);
}

// The node of the name itself, or of the nearest domain above that redirects it or has a wildcard for it.
static struct zone_spot find_loose(const struct zones *zones, const struct name *name)
{
	struct zone_spot spot = { node_of(zones, ZONE_LOOSE, name, 0), ZONE_LOOSE, false };
	if (!zones->has_loose_wildcards && !zones->has_loose_redirects)
		return spot;
	for (unsigned at = 0; !spot.node && name->wire[at];) {
		at += name->wire[at] + 1u;
		const struct zone_node *above = node_of(zones, ZONE_LOOSE, name, at);
		spot.is_redirected = above && above->has_redirect;
		spot.node = spot.is_redirected ? above : wildcard_below(zones, ZONE_LOOSE, name, at);
	}
	return spot;
}

// From the apex down: what is delegated belongs to others (RFC 1034 4.3.2), what is below a DNAME is elsewhere (RFC 6672
// 3.2), and the last name that exists may have a wildcard.
static enum outcome find_in_zone(const struct zones *zones, uint32_t zone, const struct name *name, struct zone_spot *out)
{
	const unsigned apex = name->length - zones->apexes[zone - 1].name.length;
	unsigned starts[NAME_WIRE_SIZE / 2 + 1], count = 0;
	for (unsigned start = 0; start < apex; start += name->wire[start] + 1u)
		starts[count++] = start;
	unsigned closest = apex;
	const struct zone_node *node = node_of(zones, zone, name, apex);
	while (count) {
		if (node->has_redirect) {
			*out = (struct zone_spot){ node, zone, true };
			return OUTCOME_FOUND;
		}
		const struct zone_node *below = node_of(zones, zone, name, starts[count - 1]);
		if (!below)
			break;
		if (zones_item(zones, below, RRTYPE_NS))
			return OUTCOME_PASS;
		node = below;
		closest = starts[--count];
	}
	*out = (struct zone_spot){ count ? wildcard_below(zones, zone, name, closest) : node, zone, false };
	return out->node ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

enum outcome zones_find(const struct zones *zones, const struct name *name, struct zone_spot *out)
{
	const struct zone_spot loose = find_loose(zones, name);
	if (loose.node) {
		*out = loose;
		return OUTCOME_FOUND;
	}
	const uint32_t zone = zone_of(zones, name);
	return zone == ZONE_LOOSE ? OUTCOME_PASS : find_in_zone(zones, zone, name, out);
}

// ---- addresses back to names ----

// A PTR record for the address of a `record` line, where nothing else is said of that address.
static bool add_reverse(struct zones *zones, uint32_t number, struct config_error *error)
{
	const struct zone_item *item = &zones->items[number];
	const struct name target = name_at(zones, item->owner, item->owner_length);
	const bool is_ipv4 = item->type == RRTYPE_A && item->data_length == 4;
	const bool is_ipv6 = item->type == RRTYPE_AAAA && item->data_length == 16;
	if (!(is_ipv4 || is_ipv6) || zones->places[item->location].is_file || name_is_wildcard(&target))
		return true;
	const struct address address = address_from_bytes(is_ipv4 ? AF_INET : AF_INET6, zones->bytes + item->data);
	const struct name owner = name_of_address(&address);
	struct zone_spot known;
	if (zones_find(zones, &owner, &known) == OUTCOME_FOUND && known.node->first)
		return true;
	struct zone_item reverse = *item;
	reverse.type = RRTYPE_PTR;
	reverse.data_length = target.length;
	reverse.next = 0;
	if (!add_item(zones, &owner, reverse, target.wire))
		return fail_without_memory(error);
	return enter_item(zones, (uint32_t)zones->item_count - 1, error);
}

static bool make_index(struct zones *zones, struct config_error *error)
{
	const size_t count = zones->item_count;
	zones->known_size = hash_index_size(2 * count + 1);  // there may be a way back from each
	zones->known = calloc(zones->known_size, sizeof(*zones->known));
	if (!zones->known)
		return fail_without_memory(error);
	for (size_t i = 0; i < count; i++)
		if (!enter_item(zones, (uint32_t)i, error))
			return false;
	for (size_t i = 0; i < count; i++)
		if (!add_reverse(zones, (uint32_t)i, error))
			return false;
	free(zones->known);
	zones->known = NULL;
	return true;
}

struct zones *zones_open(const struct config *config, struct config_error *error)
{
	struct zones *zones = calloc(1, sizeof(*zones));
	if (!zones) {
		fail_without_memory(error);
		return NULL;
	}
	if (read_places(zones, config, error) && make_index(zones, error))
		return zones;
	zones_close(zones);
	return NULL;
}

void zones_close(struct zones *zones)
{
	if (!zones)
		return;
	free(zones->bytes);
	free(zones->items);
	free(zones->nodes);
	free(zones->index.places);
	free(zones->known);
	free(zones->apexes);
	for (size_t i = 0; i < zones->location_count; i++)
		free(zones->places[i].included);
	free(zones->places);
	free(zones);
}

bool zones_are_stale(const struct zones *zones)
{
	for (size_t i = 0; i < zones->location_count; i++) {
		const struct zone_place *location = &zones->places[i];
		if (!location->is_file)
			continue;
		const struct file_stamp now = file_stamp_of(label_of(location));
		if (file_stamp_is_outdated(&location->stamp, &now))
			return true;
	}
	return false;
}

void zones_sum(const struct zones *zones, struct file_stamp_sum *sum)
{
	for (size_t i = 0; i < zones->location_count; i++)
		if (zones->places[i].is_file)
			file_stamp_sum_add(sum, label_of(&zones->places[i]), false);
}

bool zones_are_empty(const struct zones *zones)
{
	return !zones->node_count;
}

bool zones_own(const struct zones *zones, const struct name *name)
{
	struct zone_spot spot;
	return zones->node_count && zones_find(zones, name, &spot) != OUTCOME_PASS;
}

const struct config_line *zones_line(const struct zones *zones, const struct name *name)
{
	struct zone_spot spot;
	if (!zones->node_count || zones_find(zones, name, &spot) == OUTCOME_PASS)
		return NULL;
	// A name without records of its own, or none at all, is its zone's.
	const bool has_records = spot.node && spot.node->first;
	const uint32_t item = has_records ? spot.node->first - 1 : zones->apexes[spot.zone - 1].soa;
	return zones->places[zones->items[item].location].line;
}
