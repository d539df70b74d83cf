// SPDX-License-Identifier: MIT
#include "tests/fake/transfer.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/rrtype.h"
#include "tests/fake/fake.h"
#include "tests/fake/rule.h"
#include "tests/fake/wire.h"
#include "tests/fake/zone.h"

#define RECORDS_A_MESSAGE 100

// A transfer under construction.
struct transfer {
	const struct fake_query *query;
	const struct fake_rule *rule;
	struct fake_writer writer;
	unsigned records;  // in the message that is being written
	void (*send)(void *context, size_t size);
	void *context;
};

static bool alters_message(const struct fake_rule *rule)
{
	for (unsigned action = 0; rule && action < FAKE_DROP; action++)
		if (rule->has[action])
			return true;
	return false;
}

bool fake_transfer_is_due(const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule)
{
	return query->type == RRTYPE_AXFR && query->over_tcp && !alters_message(rule) &&
		fake_node_find(fake_zone_find(zone, &query->name), RRTYPE_SOA, query->class);
}

static void begin_message(struct transfer *transfer)
{
	transfer->records = 0;
	transfer->writer.size = transfer->writer.name_count = 0;
	transfer->writer.full = false;
	fake_writer_u16(&transfer->writer, transfer->query->id);
	fake_writer_u16(&transfer->writer, WIRE_QR | WIRE_AA | (transfer->query->flags & WIRE_RD));
	fake_writer_u32(&transfer->writer, 1u << 16);
	fake_writer_u32(&transfer->writer, 0);
	fake_writer_name(&transfer->writer, transfer->query->name.wire);
	fake_writer_u16(&transfer->writer, transfer->query->type);
	fake_writer_u16(&transfer->writer, transfer->query->class);
}

static void end_message(struct transfer *transfer)
{
	if (!transfer->records)
		return;
	fake_writer_put_u16(&transfer->writer, 6, transfer->records);
	transfer->send(transfer->context, transfer->writer.size);
	begin_message(transfer);
}

static void put(struct transfer *transfer, const struct name *owner, const struct fake_record *record)
{
	const bool is_told = transfer->rule && transfer->rule->has[FAKE_AXFR_RECORDS];
	if (fake_writer_record(&transfer->writer, owner, record, record->ttl) == 0) {
		end_message(transfer);
		fake_writer_record(&transfer->writer, owner, record, record->ttl);
	}
	if (++transfer->records >= (is_told ? transfer->rule->value[FAKE_AXFR_RECORDS] : RECORDS_A_MESSAGE))
		end_message(transfer);
}

static int compare(const void *one, const void *other)
{
	const struct fake_node *const *a = one, *const *b = other;
	char first[NAME_TEXT_SIZE], second[NAME_TEXT_SIZE];
	return strcmp(name_write(&(*a)->owner, first), name_write(&(*b)->owner, second));
}

// Those below the zone's own name that have records. Allocated; NULL without memory.
static const struct fake_node **nodes_of(const struct fake_zone *zone, const struct name *name, size_t *count)
{
	const struct fake_node **nodes = NULL;
	*count = 0;
	for (size_t i = 0; i < FAKE_ZONE_BUCKETS; i++) {
		for (const struct fake_node *node = zone->buckets[i]; node; node = node->next) {
			if (!node->records || !name_within(&node->owner, name) || name_equal(&node->owner, name))
				continue;
			const struct fake_node **more = realloc(nodes, (*count + 1) * sizeof *nodes);
			if (!more) {
				free(nodes);
				return NULL;
			}
			nodes = more;
			nodes[(*count)++] = node;
		}
	}
	if (nodes)
		qsort(nodes, *count, sizeof *nodes, compare);
	return nodes;
}

static void put_node(struct transfer *transfer, const struct fake_node *node)
{
	for (const struct fake_record *record = node->records; record; record = record->next)
		if (record->type != RRTYPE_SOA && record->class == transfer->query->class)
			put(transfer, &node->owner, record);
}

void fake_transfer_write(const struct fake_zone *zone, const struct fake_query *query, const struct fake_rule *rule,
	uint8_t *out, void (*send)(void *context, size_t size), void *context)
{
	const struct fake_node *top = fake_zone_find(zone, &query->name);
	const struct fake_record *soa = fake_node_find(top, RRTYPE_SOA, query->class);
	struct transfer transfer = {
		.query = query,
		.rule = rule,
		.send = send,
		.context = context,
		.writer = {.bytes = out, .limit = WIRE_MESSAGE_MAX},
	};
	size_t count;
	const struct fake_node **nodes = nodes_of(zone, &query->name, &count);
	begin_message(&transfer);
	put(&transfer, &top->owner, soa);
	put_node(&transfer, top);
	for (size_t i = 0; nodes && i < count; i++)
		put_node(&transfer, nodes[i]);
	if (!rule || !rule->has[FAKE_AXFR_NO_END])
		put(&transfer, &top->owner, soa);
	end_message(&transfer);
	free(nodes);
}
