// SPDX-License-Identifier: MIT
#include "resolver/source/zone_store.h"

#define CHAIN_MAX 16
#define SOA_LEAST 22  // bytes: two root names and five numbers

// The item by reference, with this owner.
static struct record_view view_of(
	const struct zone_store *store, const struct zone_item *item, const struct name *owner)
{
	return (struct record_view){owner, item->type, item->ttl, store->bytes + item->data, item->data_length};
}

// Adds the records of a type (ANY: all) with the name asked for as owner. Returns their number; -1 without memory.
static int add_records(const struct zone_store *store, const struct zone_match *spot, const struct name *owner,
	uint16_t type, struct answer *answer)
{
	int added = 0;
	const struct zone_item *item = NULL;
	for (; (item = zone_store_next(store, spot->node, type, item)); added++) {
		const struct record_view record = view_of(store, item, owner);
		if (!answer_add(answer, SECTION_ANSWER, &record))
			return -1;
	}
	return added;
}

// RFC 2308 3: the lifetime of a negative answer is the lesser of the TTL of the SOA and its last field.
static bool add_soa(const struct zone_store *store, uint32_t zone, struct answer *answer)
{
	if (zone == ZONE_NONE)
		return true;
	const struct zone_apex *apex = &store->apexes[zone - 1];
	const struct zone_item *soa = &store->items[apex->soa];
	answer->has_soa = true;
	if (soa->data_length < SOA_LEAST)
		return true;
	const uint8_t *end = store->bytes + soa->data + soa->data_length;
	uint32_t minimum = (uint32_t)end[-4] << 24 | (uint32_t)end[-3] << 16 | (uint32_t)end[-2] << 8 | end[-1];
	struct record_view record = view_of(store, soa, &apex->name);
	record.ttl = soa->ttl < minimum ? soa->ttl : minimum;
	return answer_add(answer, SECTION_AUTHORITY, &record);
}

// Returns the offset of the host name in the data of MX, NS and SRV; -1 for other types.
static int target_offset(uint16_t type)
{
	return type == RRTYPE_NS ? 0 : type == RRTYPE_MX ? 2 : type == RRTYPE_SRV ? 6 : -1;
}

static bool add_addresses_of(const struct zone_store *store, const struct name *name, struct answer *answer)
{
	struct zone_match spot;
	if (zone_store_find(store, name, &spot) != OUTCOME_FOUND || spot.is_redirected)
		return true;
	for (const struct zone_item *item = NULL; (item = zone_store_next(store, spot.node, RRTYPE_ANY, item));) {
		const struct record_view record = view_of(store, item, name);
		if ((item->type == RRTYPE_A || item->type == RRTYPE_AAAA) && !answer_add(answer, SECTION_ADDITIONAL, &record))
			return false;
	}
	return true;
}

static bool add_additional(const struct zone_store *store, struct answer *answer)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record record = answer->records[i];
		const int offset = target_offset(record.type);
		struct name target;
		if (offset >= 0 && record.data_length > offset &&
			name_from_wire(answer_data(answer, &record) + offset, record.data_length - (unsigned)offset, &target) &&
			!add_addresses_of(store, &target, answer))
			return false;
	}
	return true;
}

// Answers for one name of the chain. Returns its outcome, or OUTCOME_UNUSABLE with *name set to the next name.
static enum outcome answer_link(const struct zone_store *store, const struct zone_match *spot,
	const struct question *question, struct name *name, struct answer *answer)
{
	int added = add_records(store, spot, name, question->type, answer);
	if (added > 0)
		return OUTCOME_FOUND;
	const struct zone_item *alias = zone_store_next(store, spot->node, RRTYPE_CNAME, NULL);
	if (!added && !alias)
		return add_soa(store, spot->zone, answer) ? OUTCOME_NO_DATA : OUTCOME_ERROR;
	if (added < 0 || add_records(store, spot, name, RRTYPE_CNAME, answer) < 0)
		return OUTCOME_ERROR;
	const bool is_name = name_from_wire(store->bytes + alias->data, alias->data_length, name);
	return is_name ? OUTCOME_UNUSABLE : OUTCOME_NO_RECOVERY;
}

// For a name below a DNAME adds that record, once per chain, and the CNAME synthesized for the name (RFC 6672 3.1).
// Returns as answer_link; OUTCOME_NO_RECOVERY with RCODE_YXDOMAIN if the new name would be too long.
static enum outcome redirect(const struct zone_store *store, const struct zone_match *spot,
	const struct question *question, struct name *name, struct answer *answer)
{
	const struct zone_item *item = zone_store_next(store, spot->node, RRTYPE_DNAME, NULL);
	const uint8_t *data = store->bytes + item->data;
	struct name owner, target;
	if (!name_from_wire(store->bytes + item->owner, item->owner_length, &owner) ||
		!name_from_wire(data, item->data_length, &target))
		return OUTCOME_NO_RECOVERY;
	const struct record_view dname = view_of(store, item, &owner);
	if (!answer_has_data(answer, &owner, RRTYPE_DNAME) && !answer_add(answer, SECTION_ANSWER, &dname))
		return OUTCOME_ERROR;
	if (!name_move(name, &owner, &target, &target)) {
		answer->rcode = RCODE_YXDOMAIN;
		return OUTCOME_NO_RECOVERY;
	}
	const struct record_view cname = {name, RRTYPE_CNAME, item->ttl, target.wire, target.length};
	if (!answer_add(answer, SECTION_ANSWER, &cname))
		return OUTCOME_ERROR;
	*name = target;
	return question->type == RRTYPE_CNAME || question->type == RRTYPE_ANY ? OUTCOME_FOUND : OUTCOME_UNUSABLE;
}

static enum outcome walk(const struct zone_store *store, const struct question *question, struct answer *answer)
{
	struct name name = question->name;
	enum outcome outcome = OUTCOME_PASS;
	for (int links = 0; links < CHAIN_MAX; links++) {
		struct zone_match spot = {.zone = ZONE_NONE};
		const enum outcome found = zone_store_find(store, &name, &spot);
		if (found == OUTCOME_PASS)
			return outcome;
		answer->source = spot.zone == ZONE_NONE ? SOURCE_RECORD : SOURCE_ZONE;
		if (found == OUTCOME_NO_NAME)
			return add_soa(store, spot.zone, answer) ? OUTCOME_NO_NAME : OUTCOME_ERROR;
		outcome = (spot.is_redirected ? redirect : answer_link)(store, &spot, question, &name, answer);
		if (outcome == OUTCOME_NO_DATA && links) {
			answer->has_soa = true;
			return OUTCOME_UNUSABLE;  // as packet_read for a reply of a server
		}
		if (outcome != OUTCOME_UNUSABLE || answer_has_data(answer, &name, RRTYPE_CNAME))  // a loop
			return outcome;
	}
	return outcome;
}

enum outcome zone_answer(const struct zone_store *store, const struct question *question, struct answer *out)
{
	struct answer answer = {.flags = FLAG_AA};
	if (!store->node_count || question->class != RRCLASS_IN)
		return OUTCOME_PASS;
	answer.outcome = walk(store, question, &answer);
	if (answer.outcome == OUTCOME_PASS)
		return OUTCOME_PASS;
	if (answer.outcome == OUTCOME_NO_NAME)
		answer.rcode = RCODE_NXDOMAIN;
	if (answer.outcome == OUTCOME_FOUND && !add_additional(store, &answer))
		answer.outcome = OUTCOME_ERROR;
	if (answer.outcome == OUTCOME_ERROR)
		answer_finish(&answer, false);
	*out = answer;
	return answer.outcome;
}
