// SPDX-License-Identifier: MIT
#include "tests/fake/zone.h"

#include <ctype.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/rrtype.h"

static struct fake_node **bucket_of(const struct fake_zone *zone, const struct name *name)
{
	uint32_t hash = 2166136261u;
	for (unsigned i = 0; i < name->length; i++)
		hash = (hash ^ (uint32_t)tolower(name->wire[i])) * 16777619u;
	return (struct fake_node **)&zone->buckets[hash % FAKE_ZONE_BUCKETS];
}

const struct fake_node *fake_zone_find(const struct fake_zone *zone, const struct name *name)
{
	for (const struct fake_node *node = *bucket_of(zone, name); node; node = node->next)
		if (name_equal(&node->owner, name))
			return node;
	return NULL;
}

static bool matches(const struct fake_record *record, uint16_t type, uint16_t class)
{
	return (record->type == type || type == RRTYPE_ANY) && record->class == class;
}

const struct fake_record *fake_node_find(const struct fake_node *node, uint16_t type, uint16_t class)
{
	const struct fake_record *record = node ? node->records : NULL;
	while (record && !matches(record, type, class))
		record = record->next;
	return record;
}

const struct fake_record *fake_record_next(const struct fake_record *record, uint16_t type, uint16_t class)
{
	do
		record = record->next;
	while (record && !matches(record, type, class));
	return record;
}

struct name fake_name_parent(const struct name *name)
{
	struct name parent = *name;
	const unsigned label = name->wire[0] + 1u;
	if (name->wire[0] == 0)
		return parent;
	parent.length = (uint8_t)(name->length - label);
	memmove(parent.wire, name->wire + label, parent.length);
	return parent;
}

const struct fake_record *fake_zone_soa(const struct fake_zone *zone, const struct name *name, struct name *owner)
{
	*owner = *name;
	for (;;) {
		const struct fake_record *soa = fake_node_find(fake_zone_find(zone, owner), RRTYPE_SOA, RRCLASS_IN);
		if (soa || owner->wire[0] == 0)
			return soa;
		*owner = fake_name_parent(owner);
	}
}

static struct fake_node *node_make(struct fake_zone *zone, const struct name *name)
{
	struct fake_node *node = (struct fake_node *)fake_zone_find(zone, name);
	if (node)
		return node;
	node = calloc(1, sizeof *node);
	if (!node)
		return NULL;
	node->owner = *name;
	struct fake_node **bucket = bucket_of(zone, name);
	node->next = *bucket;
	*bucket = node;
	return node;
}

// The names above an owner exist too: empty non-terminals (RFC 8020).
static struct fake_node *node_make_with_parents(struct fake_zone *zone, const struct name *name)
{
	for (struct name parent = *name; parent.wire[0] != 0;) {
		parent = fake_name_parent(&parent);
		if (!node_make(zone, &parent))
			return NULL;
	}
	return node_make(zone, name);
}

static bool node_add(struct fake_node *node, const ldns_rr *rr, const uint8_t *data, size_t length)
{
	struct fake_record *record = malloc(sizeof *record + length);
	if (!record)
		return false;
	memcpy(record + 1, data, length);
	*record = (struct fake_record){
		.type = (uint16_t)ldns_rr_get_type(rr),
		.class = (uint16_t)ldns_rr_get_class(rr),
		.ttl = ldns_rr_ttl(rr),
		.length = (uint16_t)length,
		.data = (const uint8_t *)(record + 1),
	};
	struct fake_record **end = &node->records;
	while (*end)
		end = &(*end)->next;
	*end = record;
	return true;
}

static bool add_rr(struct fake_zone *zone, const ldns_rr *rr)
{
	const ldns_rdf *owner = ldns_rr_owner(rr);
	struct name name;
	if (!name_from_wire(ldns_rdf_data(owner), (unsigned)ldns_rdf_size(owner), &name))
		return false;
	ldns_buffer *buffer = ldns_buffer_new(LDNS_MAX_PACKETLEN);
	struct fake_node *node = node_make_with_parents(zone, &name);
	bool added = buffer && node && ldns_rr_rdata2buffer_wire(buffer, rr) == LDNS_STATUS_OK &&
		node_add(node, rr, ldns_buffer_begin(buffer), ldns_buffer_position(buffer));
	ldns_buffer_free(buffer);
	return added;
}

static bool is_no_record(ldns_status status)
{
	return status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
		status == LDNS_STATUS_SYNTAX_ORIGIN;
}

bool fake_zone_read(struct fake_zone *zone, FILE *file, int *line, const char **reason)
{
	uint32_t ttl = 3600;
	ldns_rdf *origin = ldns_dname_new_frm_str("."), *previous = NULL;
	bool good = origin != NULL;
	*line = 0;
	while (good && !feof(file)) {
		ldns_rr *rr = NULL;
		ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, &origin, &previous, line);
		if (is_no_record(status))
			continue;
		*reason = status == LDNS_STATUS_OK ? "no memory" : ldns_get_errorstr_by_id(status);
		good = status == LDNS_STATUS_OK && add_rr(zone, rr);
		ldns_rr_free(rr);
	}
	ldns_rdf_deep_free(origin);
	ldns_rdf_deep_free(previous);
	return good;
}

void fake_zone_clear(struct fake_zone *zone)
{
	for (size_t i = 0; i < FAKE_ZONE_BUCKETS; i++) {
		while (zone->buckets[i]) {
			struct fake_node *node = zone->buckets[i];
			zone->buckets[i] = node->next;
			while (node->records) {
				struct fake_record *record = node->records;
				node->records = record->next;
				free(record);
			}
			free(node);
		}
	}
}
