// SPDX-License-Identifier: MIT
#include "resolver/source/zone.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/array.h"
#include "config/config.h"
#include "config/digest.h"
#include "config/error_text.h"
#include "config/line.h"
#include "resolver/dns/zone_file.h"

#define DEFAULT_TTL 60
#define CHAIN_MAX 16
#define SOA_LEAST 22  // bytes: two names and five numbers
#define LOOSE 0  // the zone of what is in none; apexes[z - 1] is zone z's
#define APEXES UINT32_MAX  // no zone: its nodes stand at the apexes, and their first is the zone

// A record. Owner and data lie in bytes; next is the next record of the same owner, + 1.
struct item {
	uint32_t owner, data;
	uint32_t ttl;
	uint32_t next;
	uint32_t node;   // that it is linked to
	uint32_t place;  // of the line that it came from
	uint32_t line;
	uint16_t data_length, type;
	uint8_t owner_length;
};

// A name of a zone: with records, or without where there are names below it only.
struct node {
	uint32_t owner;
	uint32_t zone;
	uint32_t first, last;  // of its items, + 1; 0: none
	uint8_t owner_length;
	bool has_alias, has_data;  // a CNAME; what may not stand beside one
};

struct apex {
	struct name name;
	uint32_t soa;  // the item
};

// A line of the configuration that records come from.
struct place {
	const struct config_line *line;
	struct stamp stamp;
	bool is_young;  // changed so shortly before it was read that another change may leave the stamp as it is
	bool is_file;
};

struct zones {
	uint8_t *bytes;
	size_t byte_count;
	struct item *items;
	size_t item_count;
	struct node *nodes;
	size_t node_count;
	uint32_t *index;  // by zone and name: the node, + 1
	struct apex *apexes;
	size_t apex_count;
	struct place *places;
	size_t place_count;
	uint32_t *known;  // items by what they say, + 1, while the index is made: n records of one name are no n^2 comparisons
	size_t known_size;
	bool has_loose_wildcards;
};

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
		const struct item *last = &zones->items[zones->item_count - 1];
		if (last->owner_length == owner->length &&
		    memcmp(zones->bytes + last->owner, owner->wire, owner->length) == 0) {
			*offset = last->owner;
			return true;
		}
	}
	return keep_bytes(zones, owner->wire, owner->length, offset);
}

static bool add_item(struct zones *zones, const struct name *owner, struct item item, const uint8_t *data)
{
	struct item *items = array_grown(zones->items, zones->item_count, 1, sizeof(*items));
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

static size_t place_count(size_t nodes)
{
	return 2 * array_capacity(nodes);
}

// Where the node for the name from byte start on is, or the empty place where it would be.
static size_t place_of(const struct zones *zones, uint32_t zone, const struct name *name, unsigned start)
{
	const size_t mask = place_count(zones->node_count) - 1;
	size_t place = name_digest_end(name, start, digest_word(DIGEST_START, zone)) & mask;
	for (; zones->index[place]; place = (place + 1) & mask) {
		const struct node *node = &zones->nodes[zones->index[place] - 1];
		if (node->zone == zone && name_end_is(name, start, zones->bytes + node->owner, node->owner_length))
			break;
	}
	return place;
}

static struct node *node_of(const struct zones *zones, uint32_t zone, const struct name *name, unsigned start)
{
	const uint32_t found = zones->node_count ? zones->index[place_of(zones, zone, name, start)] : 0;
	return found ? &zones->nodes[found - 1] : NULL;
}

static struct name name_at(const struct zones *zones, uint32_t owner, uint8_t length)
{
	struct name name = { .length = 0 };
	name_from_wire(zones->bytes + owner, length, &name);
	return name;
}

static bool index_last(struct zones *zones)
{
	const size_t count = zones->node_count;
	size_t from = count - 1;
	if (!zones->index || place_count(count) != place_count(count - 1)) {
		uint32_t *index = calloc(place_count(count), sizeof(*index));
		if (!index)
			return false;
		free(zones->index);
		zones->index = index;
		from = 0;
	}
	for (size_t i = from; i < count; i++) {
		const struct name name = name_at(zones, zones->nodes[i].owner, zones->nodes[i].owner_length);
		zones->index[place_of(zones, zones->nodes[i].zone, &name, 0)] = (uint32_t)i + 1;
	}
	return true;
}

// The node for the name that begins at byte start of the owner at offset, made where there is none; NULL without
// memory.
static struct node *make_node(struct zones *zones, uint32_t zone, const struct name *name, uint32_t offset,
                              unsigned start)
{
	struct node *node = node_of(zones, zone, name, start);
	if (node)
		return node;
	struct node *nodes = array_grown(zones->nodes, zones->node_count, 1, sizeof(*nodes));
	if (!nodes)
		return NULL;
	zones->nodes = nodes;
	nodes[zones->node_count++] = (struct node){
		.owner = offset + start, .zone = zone, .owner_length = (uint8_t)(name->length - start),
	};
	if (index_last(zones))
		return &zones->nodes[zones->node_count - 1];
	zones->node_count--;
	return NULL;
}

// The deepest zone that the name is within, or LOOSE.
static uint32_t zone_of(const struct zones *zones, const struct name *name)
{
	for (unsigned start = 0; zones->apex_count && start < name->length; start += name->wire[start] + 1u) {
		const struct node *node = node_of(zones, APEXES, name, start);
		if (node)
			return node->first;
	}
	return LOOSE;
}

// The item that comes next is its SOA.
static bool add_apex(struct zones *zones, const struct name *name)
{
	uint32_t offset;
	if (node_of(zones, APEXES, name, 0))
		return true;
	struct apex *apexes = array_grown(zones->apexes, zones->apex_count, 1, sizeof(*apexes));
	if (!apexes)
		return false;
	zones->apexes = apexes;
	struct node *node = keep_bytes(zones, name->wire, name->length, &offset)
	                        ? make_node(zones, APEXES, name, offset, 0)
	                        : NULL;
	if (!node)
		return false;
	apexes[zones->apex_count++] = (struct apex){ *name, (uint32_t)zones->item_count };
	node->first = (uint32_t)zones->apex_count;
	return true;
}

// ---- what the configuration names ----

static bool see_record(void *context, const struct name *owner, uint16_t type, uint32_t ttl, const uint8_t *data,
                       size_t length, unsigned line)
{
	struct zones *zones = context;
	const struct item item = {
		.ttl = ttl, .place = (uint32_t)zones->place_count - 1, .line = line, .data_length = (uint16_t)length,
		.type = type,
	};
	bool is_apex = type == RRTYPE_SOA && zones->places[item.place].is_file;
	return (!is_apex || add_apex(zones, owner)) && add_item(zones, owner, item, data);
}

static bool fail(const struct place *place, const char *label, unsigned line, const char *text,
                 struct config_error *error)
{
	struct line out = { .bytes = error->text, .size = sizeof(error->text) };
	line_add_escaped(&out, label, LINE_TEXT, CONFIG_ERROR_SIZE / 2);
	line_add(&out, ":");
	if (line) {
		line_add_number(&out, line);
		line_add(&out, ":");
	}
	line_add(&out, place->is_file ? " " : " record: ");
	line_add_escaped(&out, text, LINE_TEXT, SIZE_MAX);
	line_end(&out);
	error->reason = 0;
	return false;
}

static bool fail_without_memory(struct config_error *error)
{
	struct line out = { .bytes = error->text, .size = sizeof(error->text) };
	line_add(&out, error_text(ENOMEM));
	line_end(&out);
	error->reason = ENOMEM;
	return false;
}

static bool read_place(struct zones *zones, const struct config_line *line, bool is_file, struct config_error *error)
{
	struct zone_file_error wrong;
	struct place *place = &zones->places[zones->place_count++];
	*place = (struct place){ .line = line, .is_file = is_file };
	if (!is_file) {
		if (zone_file_read_text(line->text, strlen(line->text), ZONE_FILE_LINE, DEFAULT_TTL, see_record, zones, &wrong))
			return true;
		return wrong.text[0] ? fail(place, line->label, line->line, wrong.text, error) : fail_without_memory(error);
	}
	place->stamp = stamp_of(line->text);
	place->is_young = stamp_is_young(&place->stamp);
	if (zone_file_read(line->text, DEFAULT_TTL, see_record, zones, &wrong))
		return true;
	return wrong.text[0] ? fail(place, line->text, wrong.line, wrong.text, error) : fail_without_memory(error);
}

static bool read_places(struct zones *zones, const struct config *config, struct config_error *error)
{
	zones->places = calloc(config->record_count + config->zone_count + 1, sizeof(*zones->places));
	if (!zones->places)
		return fail_without_memory(error);
	for (size_t i = 0; i < config->record_count; i++)
		if (!read_place(zones, &config->records[i], false, error))
			return false;
	for (size_t i = 0; i < config->zone_count; i++)
		if (!read_place(zones, &config->zones[i], true, error))
			return false;
	return true;
}

// ---- the records in it ----

static const struct item *item_of(const struct zones *zones, const struct node *node, uint16_t type)
{
	for (uint32_t at = node ? node->first : 0; at; at = zones->items[at - 1].next)
		if (zones->items[at - 1].type == type)
			return &zones->items[at - 1];
	return NULL;
}

// Where an item of the node that says the same is, or the empty place for it.
static uint32_t *known_place(const struct zones *zones, const struct node *node, const struct item *item)
{
	const uint64_t start = digest_word(DIGEST_START, (uint64_t)(node - zones->nodes) << 16 | item->type);
	const uint64_t digest = digest_bytes(start, zones->bytes + item->data, item->data_length);
	for (size_t at = (size_t)(digest ^ digest >> 29);; at++) {
		uint32_t *place = &zones->known[at & (zones->known_size - 1)];
		if (!*place)
			return place;
		const struct item *other = &zones->items[*place - 1];
		if (other->node == (uint32_t)(node - zones->nodes) && other->type == item->type &&
		    other->data_length == item->data_length &&
		    memcmp(zones->bytes + other->data, zones->bytes + item->data, item->data_length) == 0)
			return place;
	}
}

// Signatures and their kin may stand beside a CNAME (RFC 4034 2.5).
static bool may_join_alias(uint16_t type)
{
	enum { RRSIG = 46, NSEC = 47 };
	return type == RRSIG || type == NSEC;
}

static bool fail_alias(const struct zones *zones, const struct item *item, struct config_error *error)
{
	const struct place *place = &zones->places[item->place];
	return fail(place, place->is_file ? place->line->text : place->line->label,
	            place->is_file ? item->line : place->line->line,
	            "expected no other record beside a CNAME of the same name", error);
}

// At the end of its owner's list; what is there already is left out, and so is a zone's second SOA.
static bool link_item(struct zones *zones, struct node *node, uint32_t number, struct config_error *error)
{
	struct item *item = &zones->items[number];
	uint32_t *place = known_place(zones, node, item);
	if (*place || (item->type == RRTYPE_SOA && item_of(zones, node, RRTYPE_SOA)))
		return true;
	const bool is_alias = item->type == RRTYPE_CNAME, is_data = !is_alias && !may_join_alias(item->type);
	if ((is_alias && (node->has_alias || node->has_data)) || (is_data && node->has_alias))
		return fail_alias(zones, item, error);
	item->node = (uint32_t)(node - zones->nodes);
	*place = number + 1;
	*(node->last ? &zones->items[node->last - 1].next : &node->first) = number + 1;
	node->last = number + 1;
	node->has_alias |= is_alias;
	node->has_data |= is_data;
	return true;
}

// Its node, and in a zone those of all the names between it and the apex.
static bool enter_item(struct zones *zones, uint32_t number, struct config_error *error)
{
	const struct item *item = &zones->items[number];
	const struct name name = name_at(zones, item->owner, item->owner_length);
	const uint32_t zone = zones->places[item->place].is_file ? zone_of(zones, &name) : LOOSE;
	const unsigned least = zone == LOOSE ? name.length : zones->apexes[zone - 1].name.length;
	struct node *node = make_node(zones, zone, &name, item->owner, 0);
	if (!node || !link_item(zones, node, number, error))
		return node ? false : fail_without_memory(error);
	zones->has_loose_wildcards |= zone == LOOSE && name_is_wildcard(&name);
	for (unsigned start = name.wire[0] + 1u; name.length - start >= least && start < name.length;
	     start += name.wire[start] + 1u)
		if (!make_node(zones, zone, &name, item->owner, start))
			return fail_without_memory(error);
	return true;
}

// ---- finding ----

// Where a name is: OUTCOME_FOUND with its node, which may have no records; OUTCOME_NO_NAME in a zone without it;
// OUTCOME_PASS.
struct spot {
	const struct node *node;
	uint32_t zone;
};

// The wildcard right below what name is from byte start on.
static const struct node *wildcard_below(const struct zones *zones, uint32_t zone, const struct name *name,
                                         unsigned start)
{
	struct name wildcard = { .length = (uint8_t)(name->length - start + 2), .wire = { 1, '*' } };
	if (name->length - start + 2 > NAME_WIRE_SIZE)
		return NULL;
	memcpy(wildcard.wire + 2, name->wire + start, name->length - start);
	return node_of(zones, zone, &wildcard, 0);
}

static const struct node *find_loose(const struct zones *zones, const struct name *name)
{
	const struct node *node = node_of(zones, LOOSE, name, 0);
	if (node || !zones->has_loose_wildcards)
		return node;
	for (unsigned start = name->wire[0] + 1u; !node && start < name->length; start += name->wire[start] + 1u)
		node = wildcard_below(zones, LOOSE, name, start);
	return node;
}

// From the apex down: what is delegated belongs to others (RFC 1034 4.3.2), and the last name that exists may have a
// wildcard.
static enum outcome find_in_zone(const struct zones *zones, uint32_t zone, const struct name *name, struct spot *out)
{
	const unsigned apex = name->length - zones->apexes[zone - 1].name.length;
	unsigned starts[NAME_WIRE_SIZE / 2 + 1], count = 0;
	for (unsigned start = 0; start < apex; start += name->wire[start] + 1u)
		starts[count++] = start;
	unsigned closest = apex;
	const struct node *node = node_of(zones, zone, name, apex);
	while (count) {
		const struct node *below = node_of(zones, zone, name, starts[count - 1]);
		if (!below)
			break;
		if (item_of(zones, below, RRTYPE_NS))
			return OUTCOME_PASS;
		node = below;
		closest = starts[--count];
	}
	*out = (struct spot){ count ? wildcard_below(zones, zone, name, closest) : node, zone };
	return out->node ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

static enum outcome find(const struct zones *zones, const struct name *name, struct spot *out)
{
	const struct node *loose = find_loose(zones, name);
	if (loose) {
		*out = (struct spot){ loose, LOOSE };
		return OUTCOME_FOUND;
	}
	const uint32_t zone = zone_of(zones, name);
	return zone == LOOSE ? OUTCOME_PASS : find_in_zone(zones, zone, name, out);
}

// ---- addresses back to names ----

// A PTR record for the address of a `record` line, where nothing else is said of that address.
static bool add_reverse(struct zones *zones, uint32_t number, struct config_error *error)
{
	const struct item *item = &zones->items[number];
	const struct name target = name_at(zones, item->owner, item->owner_length);
	const bool is_ipv4 = item->type == RRTYPE_A && item->data_length == 4;
	const bool is_ipv6 = item->type == RRTYPE_AAAA && item->data_length == 16;
	if (!(is_ipv4 || is_ipv6) || zones->places[item->place].is_file || name_is_wildcard(&target))
		return true;
	const struct address address = address_from_bytes(is_ipv4 ? AF_INET : AF_INET6, zones->bytes + item->data);
	const struct name owner = name_of_address(&address);
	struct spot known;
	if (find(zones, &owner, &known) == OUTCOME_FOUND && known.node->first)
		return true;
	struct item reverse = *item;
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
	zones->known_size = place_count(2 * count + 1);  // there may be a way back from each
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
	free(zones->index);
	free(zones->known);
	free(zones->apexes);
	free(zones->places);
	free(zones);
}

bool zones_are_stale(const struct zones *zones)
{
	for (size_t i = 0; i < zones->place_count; i++) {
		const struct place *place = &zones->places[i];
		if (!place->is_file)
			continue;
		const struct stamp now = stamp_of(place->line->text);
		if (!stamp_equal(&place->stamp, &now) || (place->is_young && !stamp_is_young(&now)))
			return true;
	}
	return false;
}

// ---- answering ----

bool zones_are_empty(const struct zones *zones)
{
	return !zones->node_count;
}

bool zones_own(const struct zones *zones, const struct name *name)
{
	struct spot spot;
	return zones->node_count && find(zones, name, &spot) != OUTCOME_PASS;
}

const struct config_line *zones_line(const struct zones *zones, const struct name *name)
{
	struct spot spot;
	if (!zones->node_count || find(zones, name, &spot) == OUTCOME_PASS)
		return NULL;
	// A name without records of its own, or none at all, is its zone's.
	const bool has_records = spot.node && spot.node->first;
	const uint32_t item = has_records ? spot.node->first - 1 : zones->apexes[spot.zone - 1].soa;
	return zones->places[zones->items[item].place].line;
}

// Those of a type, of all for ANY, under the name that was asked for. Returns how many; -1 without memory.
static int add_records(const struct zones *zones, const struct spot *spot, const struct name *owner, uint16_t type,
                       struct answer *answer)
{
	int added = 0;
	for (uint32_t at = spot->node->first; at; at = zones->items[at - 1].next) {
		const struct item *item = &zones->items[at - 1];
		if (item->type != type && type != RRTYPE_ANY)
			continue;
		if (!answer_add(answer, owner, item->type, item->ttl, zones->bytes + item->data, item->data_length))
			return -1;
		added++;
	}
	return added;
}

// RFC 2308 3: it tells for how long the answer holds, by the lesser of its TTL and its last field.
static bool add_soa(const struct zones *zones, uint32_t zone, struct answer *answer)
{
	if (zone == LOOSE)
		return true;
	const struct apex *apex = &zones->apexes[zone - 1];
	const struct item *soa = &zones->items[apex->soa];
	answer->has_soa = true;
	if (soa->data_length < SOA_LEAST)
		return true;
	const uint8_t *end = zones->bytes + soa->data + soa->data_length;
	uint32_t minimum = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 | (uint32_t)end[-2] << 8 | end[-1];
	return answer_add_authority(answer, &apex->name, RRTYPE_SOA, soa->ttl < minimum ? soa->ttl : minimum,
	                            zones->bytes + soa->data, soa->data_length);
}

// Where the name stands in the data of a type that points to hosts; -1 for other types.
static int target_place(uint16_t type)
{
	return type == RRTYPE_NS ? 0 : type == RRTYPE_MX ? 2 : type == RRTYPE_SRV ? 6 : -1;
}

static bool add_addresses_of(const struct zones *zones, const struct name *name, struct answer *answer)
{
	struct spot spot;
	if (find(zones, name, &spot) != OUTCOME_FOUND)
		return true;
	for (uint32_t at = spot.node->first; at; at = zones->items[at - 1].next) {
		const struct item *item = &zones->items[at - 1];
		if ((item->type == RRTYPE_A || item->type == RRTYPE_AAAA) &&
		    !answer_add_additional(answer, name, item->type, item->ttl, zones->bytes + item->data, item->data_length))
			return false;
	}
	return true;
}

static bool add_additional(const struct zones *zones, struct answer *answer)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record record = answer->records[i];
		const int place = target_place(record.type);
		struct name target;
		if (place >= 0 && record.data_length > place &&
		    name_from_wire(answer_data(answer, &record) + place, record.data_length - (unsigned)place, &target) &&
		    !add_addresses_of(zones, &target, answer))
			return false;
	}
	return true;
}

// One name of the chain: its verdict, or OUTCOME_UNUSABLE with *name the next one's.
static enum outcome answer_link(const struct zones *zones, const struct spot *spot, const struct question *question,
                                struct name *name, struct answer *answer)
{
	int added = add_records(zones, spot, name, question->type, answer);
	if (added > 0)
		return OUTCOME_FOUND;
	const struct item *alias = item_of(zones, spot->node, RRTYPE_CNAME);
	if (!added && !alias)
		return add_soa(zones, spot->zone, answer) ? OUTCOME_NO_DATA : OUTCOME_ERROR;
	if (added < 0 || add_records(zones, spot, name, RRTYPE_CNAME, answer) < 0)
		return OUTCOME_ERROR;
	const bool is_name = name_from_wire(zones->bytes + alias->data, alias->data_length, name);
	return is_name ? OUTCOME_UNUSABLE : OUTCOME_NO_RECOVERY;
}

// Records came, but none that answers: as it is where a server says so (see packet_read), and no reason to ask on.
static enum outcome end_in_nothing(struct answer *answer)
{
	answer->has_soa = true;
	return OUTCOME_UNUSABLE;
}

static enum outcome walk(const struct zones *zones, const struct question *question, struct answer *answer)
{
	struct name name = question->name;
	enum outcome outcome = OUTCOME_PASS;
	for (int links = 0; links < CHAIN_MAX; links++) {
		struct spot spot = { .zone = LOOSE };
		const enum outcome found = find(zones, &name, &spot);
		if (found == OUTCOME_PASS)
			return outcome;
		answer->source = spot.zone == LOOSE ? SOURCE_RECORD : SOURCE_ZONE;
		if (found == OUTCOME_NO_NAME)
			return add_soa(zones, spot.zone, answer) ? OUTCOME_NO_NAME : OUTCOME_ERROR;
		outcome = answer_link(zones, &spot, question, &name, answer);
		if (outcome == OUTCOME_NO_DATA && links)
			return end_in_nothing(answer);
		if (outcome != OUTCOME_UNUSABLE)
			return outcome;
	}
	return outcome;
}

#define FLAG_AUTHORITATIVE 0x0400

enum outcome zone_answer(const struct zones *zones, const struct question *question, struct answer *out)
{
	struct answer answer = { .flags = FLAG_AUTHORITATIVE };
	if (!zones->node_count || question->class != RRCLASS_IN)
		return OUTCOME_PASS;
	answer.outcome = walk(zones, question, &answer);
	if (answer.outcome == OUTCOME_PASS)
		return OUTCOME_PASS;
	answer.rcode = answer.outcome == OUTCOME_NO_NAME ? RCODE_NXDOMAIN : RCODE_NOERROR;
	if (answer.outcome == OUTCOME_FOUND && !add_additional(zones, &answer))
		answer.outcome = OUTCOME_ERROR;
	if (answer.outcome == OUTCOME_ERROR) {
		answer_clear(&answer);
		answer = (struct answer){ .outcome = OUTCOME_ERROR, .error = ENOMEM, .source = SOURCE_ZONE };
	}
	*out = answer;
	return answer.outcome;
}
