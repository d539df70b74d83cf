// SPDX-License-Identifier: MIT
#include "resolver/dns/record_index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/hash.h"
#include "resolver/dns/message.h"

#define SORTED_LEAST 16  // below this number a linear search is faster

// Sorted by hash of the owner, then by owner, because a server may choose owners with equal hashes, then in the
// answer's order.
struct indexed_record {
	uint64_t hash;
	const uint8_t *owner;
	size_t length;
	const struct record *record;
};

static bool is_of_type(const struct record_index *index, const struct record *record)
{
	return record->type == index->type || index->type == RRTYPE_ANY;
}

static int order_owners(const struct indexed_record *one, const struct indexed_record *other)
{
	int found = ARRAY_ORDER(one->hash, other->hash);
	if (!found)
		found = ARRAY_ORDER(one->length, other->length);
	if (found || one->owner == other->owner)
		return found;
	for (size_t i = 0; i < one->length && !found; i++)
		found = ascii_lower(one->owner[i]) - ascii_lower(other->owner[i]);
	return found;
}

static int order_records(const void *one, const void *other)
{
	const struct indexed_record *a = one, *b = other;
	const int found = order_owners(a, b);
	return found ? found : ARRAY_ORDER((uintptr_t)a->record, (uintptr_t)b->record);
}

// The records of one RRset share the stored owner: no need to hash it again.
static struct indexed_record entry_of(
	const struct answer *answer, const struct record *record, const struct indexed_record *last)
{
	const uint8_t *owner = answer->store + record->owner;
	if (last && last->owner == owner)
		return (struct indexed_record){last->hash, owner, last->length, record};
	const struct name name = answer_owner(answer, record);
	return (struct indexed_record){name_hash(&name, HASH_START), owner, name.length, record};
}

struct record_index record_index_open(const struct answer *answer, uint16_t type)
{
	struct record_index index = {.answer = answer, .type = type};
	size_t count = 0;
	if (answer->record_count < SORTED_LEAST)
		return index;
	for (size_t i = 0; i < answer->record_count; i++)
		count += is_of_type(&index, &answer->records[i]);
	if (count < SORTED_LEAST || !(index.sorted = malloc(count * sizeof(*index.sorted))))
		return index;
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (!is_of_type(&index, record))
			continue;
		index.sorted[index.count] = entry_of(answer, record, index.count ? &index.sorted[index.count - 1] : NULL);
		index.count++;
	}
	qsort(index.sorted, index.count, sizeof(*index.sorted), order_records);
	return index;
}

void record_index_close(struct record_index *index)
{
	free(index->sorted);
}

static const struct record *next_sorted(const struct record_index *index, const struct indexed_record *least)
{
	const size_t place = array_place(index->sorted, index->count, sizeof(*least), least, order_records);
	const bool is_there = place < index->count && order_owners(&index->sorted[place], least) == 0;
	return is_there ? index->sorted[place].record : NULL;
}

const struct record *record_index_next(
	const struct record_index *index, const struct name *owner, const struct record *previous)
{
	const struct answer *answer = index->answer;
	if (index->sorted)
		return next_sorted(index,
			&(struct indexed_record){
				name_hash(owner, HASH_START), owner->wire, owner->length, previous ? previous + 1 : NULL});
	for (size_t i = previous ? (size_t)(previous - answer->records) + 1 : 0; i < answer->record_count; i++)
		if (is_of_type(index, &answer->records[i]) && answer_owner_is(answer, &answer->records[i], owner))
			return &answer->records[i];
	return NULL;
}
