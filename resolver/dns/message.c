// SPDX-License-Identifier: MIT
#include "resolver/dns/message.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/compiler.h"

void answer_clear(struct answer *answer)
{
	free(answer->records);
	*answer = (struct answer){0};
}

static size_t all_records(const struct answer *answer)
{
	return answer->record_count + answer->authority_count + answer->additional_count;
}

bool answer_reserve(
	struct answer *answer, size_t records, size_t store_size, const uint8_t *message, size_t message_size)
{
	const size_t store_room = ARRAY_WORDS(store_size) * sizeof(uint64_t);
	// 1 more, because a program's own malloc(3) may return NULL for 0 bytes.
	struct record *block =
		malloc(records * sizeof(*block) + store_room + ARRAY_WORDS(message_size) * sizeof(uint64_t) + 1);
	if (!block)
		return false;
	uint8_t *store = (uint8_t *)(block + records);
	if (message)
		memcpy(store + store_room, message, message_size);
	if (UNLIKELY(answer->records)) {
		memcpy(block, answer->records, all_records(answer) * sizeof(*block));
		memcpy(store, answer->store, answer->store_size);
		free(answer->records);
	}
	answer->records = block;
	answer->record_room = (uint32_t)records;
	answer->store = store;
	answer->store_room = (uint32_t)store_room;
	answer->message = message_size ? store + store_room : NULL;
	answer->message_size = message_size;
	return true;
}

bool answer_set_message(struct answer *answer, const uint8_t *message, size_t size)
{
	return answer_reserve(answer, all_records(answer), answer->store_size, message, size);
}

bool answer_own_message(struct answer *answer, uint8_t *message, size_t size)
{
	const bool is_kept = message && answer_set_message(answer, message, size);
	free(message);
	return is_kept;
}

bool answer_is_failure(const struct answer *answer)
{
	return answer->is_lame || answer->outcome == OUTCOME_TRY_AGAIN || answer->outcome == OUTCOME_NO_RECOVERY ||
		answer->outcome == OUTCOME_ERROR;
}

// The records of one RRset share the stored owner: is this that of the last of count records?
static bool is_last_owner(const struct answer *answer, const struct name *owner, size_t count)
{
	if (count == 0)
		return false;
	const uint32_t last = answer->records[count - 1].owner;
	return answer->store_size - last >= owner->length && memcmp(answer->store + last, owner->wire, owner->length) == 0;
}

static bool has_room(const struct answer *answer, size_t count, size_t store_size)
{
	return count < answer->record_room && store_size <= answer->store_room;
}

// Makes room for one more record, whose owner takes none if it is stored.
COLD static bool grow(struct answer *answer, size_t count, const struct record_view *record)
{
	const size_t owner_size = is_last_owner(answer, record->owner, count) ? 0 : record->owner->length;
	const size_t store_size = answer->store_size + owner_size + record->data_length;
	return has_room(answer, count, store_size) ||
		answer_reserve(
			answer, array_capacity(count + 1), array_capacity(store_size), answer->message, answer->message_size);
}

static uint32_t store_bytes(struct answer *answer, const void *bytes, size_t size)
{
	const size_t offset = answer->store_size;
	if (LIKELY(size))
		memcpy(answer->store + offset, bytes, size);
	answer->store_size += size;
	return (uint32_t)offset;
}

static uint32_t store_owner(struct answer *answer, const struct name *owner, size_t count)
{
	if (is_last_owner(answer, owner, count))
		return answer->records[count - 1].owner;
	return store_bytes(answer, owner->wire, owner->length);
}

bool answer_add(struct answer *answer, enum message_section section, const struct record_view *record)
{
	const struct name *owner = record->owner;
	answer->authority_count = section < SECTION_AUTHORITY ? 0 : answer->authority_count;
	answer->additional_count = section < SECTION_ADDITIONAL ? 0 : answer->additional_count;
	const size_t count = all_records(answer);
	if (!has_room(answer, count, answer->store_size + owner->length + record->data_length) &&
		!grow(answer, count, record))
		return false;
	struct record *added = &answer->records[count];
	added->ttl = record->ttl;
	added->owner = store_owner(answer, owner, count);
	added->data = store_bytes(answer, record->data, record->data_length);
	added->data_length = (uint16_t)record->data_length;
	added->type = record->type;
	answer->record_count += section == SECTION_ANSWER;
	answer->authority_count += section == SECTION_AUTHORITY;
	answer->additional_count += section == SECTION_ADDITIONAL;
	return true;
}

bool answer_add_addresses(
	struct answer *answer, const struct question *question, const struct address *addresses, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint16_t type = addresses[i].family == AF_INET ? RRTYPE_A : RRTYPE_AAAA;
		const struct record_view record = {&question->name, type, 0, addresses[i].bytes, address_length(&addresses[i])};
		const bool is_wanted = question->type == type || question->type == RRTYPE_ANY;
		if (is_wanted && !answer_add(answer, SECTION_ANSWER, &record))
			return false;
	}
	return true;
}

enum outcome answer_finish(struct answer *answer, bool is_whole)
{
	const enum answer_source source = answer->source;
	answer->outcome = answer->record_count ? OUTCOME_FOUND : OUTCOME_NO_DATA;
	if (!is_whole) {
		answer_clear(answer);
		*answer = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM, .source = source};
	}
	return answer->outcome;
}

struct name answer_owner(const struct answer *answer, const struct record *record)
{
	struct name owner = {0};
	name_from_wire(answer->store + record->owner, (unsigned)(answer->store_size - record->owner), &owner);
	return owner;
}

bool answer_owner_is(const struct answer *answer, const struct record *record, const struct name *name)
{
	return name_equal_wire(name, answer->store + record->owner, answer->store_size - record->owner);
}

const uint8_t *answer_data(const struct answer *answer, const struct record *record)
{
	return answer->store + record->data;
}

bool answer_address(const struct answer *answer, const struct record *record, struct address *out)
{
	if (UNLIKELY(record->type != RRTYPE_A && record->type != RRTYPE_AAAA))
		return false;
	*out = address_from_bytes(record->type == RRTYPE_A ? AF_INET : AF_INET6, answer_data(answer, record));
	return true;
}

bool answer_target(const struct answer *answer, const struct record *record, struct name *target)
{
	return name_from_wire(answer_data(answer, record), record->data_length, target);
}

bool answer_extend(struct answer *answer, struct answer *more)
{
	const size_t first = answer->record_count, others = all_records(more), offset = more->store_size;
	const size_t store_size = offset + answer->store_size;
	if (!answer_reserve(more, first + others, store_size, more->message, more->message_size)) {
		answer->outcome = OUTCOME_ERROR;
		answer->error = ENOMEM;
		answer_clear(more);
		return false;
	}
	memmove(more->records + first, more->records, others * sizeof(*more->records));
	for (size_t i = 0; i < first; i++) {
		more->records[i] = answer->records[i];
		more->records[i].owner += (uint32_t)offset;
		more->records[i].data += (uint32_t)offset;
	}
	more->record_count += first;
	store_bytes(more, answer->store, answer->store_size);
	answer_clear(answer);
	*answer = *more;
	*more = (struct answer){0};
	return true;
}

bool answer_has_data(const struct answer *answer, const struct name *owner, uint16_t type)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		const struct record *record = &answer->records[i];
		if (LIKELY((record->type == type || type == RRTYPE_ANY) && answer_owner_is(answer, record, owner)))
			return true;
	}
	return false;
}
