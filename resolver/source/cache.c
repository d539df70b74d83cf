// SPDX-License-Identifier: MIT
#include "resolver/source/cache.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "config/base/array.h"
#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/sync/bounded_lock.h"
#include "resolver/dns/packet.h"

// Answers are appended to a ring buffer of words; a hash index holds their positions. Positions count all words ever
// written: one further back than the size of the ring has been overwritten. Readers take no lock: they copy, and then
// check that the writer has not overwritten the copied words meanwhile.
#define WORD sizeof(uint64_t)
#define BYTES_PER_ENTRY 256
#define RING_LEAST (2 * CACHE_ANSWER_MAX)
#define WAYS 8  // entries per set of the index: one cache line
#define POSITION_BITS 48
#define SECOND INT64_C(1000000)
#define TAG_MASK 0xffff

typedef _Atomic uint64_t word;

struct cache {
	size_t set_count;   // a power of two
	size_t ring_words;  // a power of two
	size_t map_size;
	// Position + 1 in the lower bits, a tag above; 0: empty, as all after it. The ring is behind it, so that one store
	// gives both. NULL before the first answer.
	_Atomic(word (*)[WAYS]) index;
	char before[CACHE_LINE];
	struct bounded_lock lock;   // of writers
	_Atomic uint64_t reserved;  // words written so far, including those being written
	_Atomic uint64_t kept;      // answers stored so far
	char after[CACHE_LINE];
};

// The header of an answer in the ring. It is followed by, each padded to whole words: the name as asked, the records,
// the store, the message.
struct entry {
	uint64_t kind;      // kind_of
	int64_t stored;     // clock_lifetime
	uint32_t lifetime;  // seconds
	uint16_t rcode, flags;
	uint16_t record_count, store_size, message_size;  // within CACHE_ANSWER_MAX
	uint16_t error;
	uint16_t name_size;
	uint8_t outcome;
	bool over_tcp, has_soa, has_opt, is_lame, is_unanswered;  // the last: no server has replied
};
static_assert(sizeof(struct entry) % WORD == 0, "an entry is whole words");

struct cache *cache_open(size_t entries)
{
	struct cache *cache = calloc(1, sizeof(*cache));
	if (!cache)
		return NULL;
	// Four times as many slots as entries, so that sets, which hold all types of a name, rarely overflow.
	cache->set_count = array_capacity(ARRAY_WORDS(4 * entries));
	size_t size = entries * BYTES_PER_ENTRY;
	cache->ring_words = array_capacity(ARRAY_WORDS(size < RING_LEAST ? RING_LEAST : size));
	cache->map_size = cache->ring_words * WORD + cache->set_count * sizeof(*cache->index);
	return cache;
}

void cache_close(struct cache *cache)
{
	if (!cache)
		return;
	if (cache->index)
		munmap(cache->index, cache->map_size);
	free(cache);
}

// Before the first answer is stored. Many processes look up nothing that a server answers.
COLD static bool reserve_space(struct cache *cache)
{
	void *map = mmap(NULL, cache->map_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED)
		return false;
	cache->index = map;
	return true;
}

// The key without the name.
static uint64_t kind_of(const struct cache_key *key)
{
	return (uint64_t)key->variant << 32 | (uint64_t)key->question->class << 16 | key->question->type;
}

// The upper bits of a location, the same for few keys of a set. Not 0, as in an empty slot.
static uint64_t tag_of(const struct cache_key *key)
{
	return (hash_word(key->name_hash, kind_of(key)) & TAG_MASK) | 1;
}

// The set of a name: that of all its types, which are looked up together, is in one cache line.
static word *set_of(const struct cache *cache, const struct cache_key *key)
{
	return cache->index[key->name_hash & (cache->set_count - 1)];
}

static uint64_t position_of(uint64_t location)
{
	return (location & ((UINT64_C(1) << POSITION_BITS) - 1)) - 1;
}

static bool is_whole(const struct cache *cache, uint64_t position)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&cache->reserved, memory_order_relaxed) - position <= cache->ring_words;
}

static word *word_at(const struct cache *cache, uint64_t position)
{
	return (word *)(cache->index + cache->set_count) + (position & (cache->ring_words - 1));
}

// Both copy whole words, for which answers and names have room, and return the end of them in the ring.
static const word *copy_out(const word *from, void *out, size_t bytes)
{
	uint8_t *to = out;
	for (const word *end = from + ARRAY_WORDS(bytes); from < end; to += WORD) {
		const uint64_t value = atomic_load_explicit(from++, memory_order_relaxed);
		memcpy(to, &value, WORD);
	}
	return from;
}

static word *copy_in(word *to, const void *from, size_t bytes)
{
	const uint8_t *at = from;
	for (const word *end = to + ARRAY_WORDS(bytes); to < end; at += WORD) {
		uint64_t value;
		memcpy(&value, at, WORD);
		atomic_store_explicit(to++, value, memory_order_relaxed);
	}
	return to;
}

static size_t name_size(const struct name *name)
{
	return offsetof(struct name, wire) + name->length;
}

struct named_entry {
	uint64_t position;
	struct entry entry;
	struct name name;  // as asked
};

// Returns false if the entry at the location has another key or has been overwritten.
static bool read_entry(
	const struct cache *cache, uint64_t location, const struct cache_key *key, struct named_entry *out)
{
	const struct entry *entry = &out->entry;
	out->position = position_of(location);
	const word *end = copy_out(word_at(cache, out->position), &out->entry, sizeof(*entry));
	if (!is_whole(cache, out->position) || entry->kind != kind_of(key) ||
		entry->name_size != name_size(&key->question->name))
		return false;
	copy_out(end, &out->name, entry->name_size);
	return is_whole(cache, out->position) && name_equal(&key->question->name, &out->name);
}

// Changes the case of the name from that of the first question to that of this one.
static void take_case(struct answer *answer, const struct name *from, const struct name *to)
{
	if (memcmp(from->wire, to->wire, to->length) == 0)
		return;
	for (size_t i = 0; i < answer->record_count; i++) {
		uint8_t *owner = answer->store + answer->records[i].owner;
		if (answer->store_size - answer->records[i].owner >= from->length &&
			memcmp(owner, from->wire, from->length) == 0)
			memcpy(owner, to->wire, to->length);
	}
	if (answer->message)
		packet_edit_case(answer->message, answer->message_size, from, to);
}

static void count_down(struct answer *answer, uint32_t seconds)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		uint32_t *ttl = &answer->records[i].ttl;
		*ttl = *ttl > seconds ? *ttl - seconds : 0;
	}
	if (answer->message)
		packet_edit_count_down(answer->message, answer->message_size, seconds);
}

static bool read_answer(const struct cache *cache, const struct named_entry *found, struct answer *out)
{
	const struct entry *entry = &found->entry;
	struct answer answer = {
		.outcome = entry->outcome,
		.error = entry->error,
		.rcode = entry->rcode,
		.flags = entry->flags,
		.source = entry->is_unanswered ? SOURCE_UNSET : SOURCE_CACHE,
		.over_tcp = entry->over_tcp,
		.has_soa = entry->has_soa,
		.has_opt = entry->has_opt,
		.is_lame = entry->is_lame,
	};
	const bool is_empty = !entry->store_size && !entry->message_size;  // each record has its owner in the store
	if (!is_empty && !answer_reserve(&answer, entry->record_count, entry->store_size, NULL, entry->message_size))
		return false;
	answer.record_count = entry->record_count;
	answer.store_size = entry->store_size;
	const word *at = word_at(cache, found->position) + ARRAY_WORDS(sizeof(*entry)) + ARRAY_WORDS(entry->name_size);
	at = copy_out(at, answer.records, entry->record_count * sizeof(struct record));
	at = copy_out(at, answer.store, entry->store_size);
	copy_out(at, answer.message, entry->message_size);
	if (!is_whole(cache, found->position)) {
		answer_clear(&answer);
		return false;
	}
	*out = answer;
	return true;
}

uint64_t cache_count(const struct cache *cache)
{
	return atomic_load_explicit(&cache->kept, memory_order_acquire);
}

enum outcome cache_answer(struct cache *cache, const struct cache_key *key, int64_t now, struct answer *out)
{
	if (!cache->index)
		return OUTCOME_PASS;
	const uint64_t tag = tag_of(key);
	const word *set = set_of(cache, key);
	for (size_t i = 0; i < WAYS; i++) {
		const uint64_t location = atomic_load_explicit(&set[i], memory_order_acquire);
		struct named_entry found;
		if (!location)
			break;
		if (location >> POSITION_BITS != tag || !read_entry(cache, location, key, &found))
			continue;
		const struct entry *entry = &found.entry;
		if (entry->stored + entry->lifetime * SECOND <= now || !read_answer(cache, &found, out))
			return OUTCOME_PASS;
		take_case(out, &found.name, &key->question->name);
		count_down(out, now > entry->stored ? (uint32_t)((now - entry->stored) / SECOND) : 0);
		return out->outcome;
	}
	return OUTCOME_PASS;
}

// Returns the slot of the key if it has one, else the first empty slot, else the oldest. The first answer does not read
// its set: a read of a new page before the write would cost a second page fault.
static word *choose_slot(const struct cache *cache, const struct cache_key *key)
{
	const uint64_t tag = tag_of(key);
	word *set = set_of(cache, key), *oldest = set;
	const size_t ways = cache->reserved ? WAYS : 0;
	for (size_t i = 0; i < ways; i++) {
		const uint64_t location = set[i];
		struct named_entry found;
		if (LIKELY(!location) || (location >> POSITION_BITS == tag && read_entry(cache, location, key, &found)))
			return &set[i];
		if (position_of(location) < position_of(*oldest))
			oldest = &set[i];
	}
	return oldest;
}

// Reserves consecutive words, and returns their position: what would cross the end of the ring begins at its start.
static uint64_t reserve(struct cache *cache, size_t words)
{
	uint64_t position = cache->reserved;
	const size_t left = cache->ring_words - (position & (cache->ring_words - 1));
	if (words > left)
		position += left;
	atomic_store_explicit(&cache->reserved, position + words, memory_order_release);
	atomic_thread_fence(memory_order_release);
	return position;
}

static struct entry entry_of(const struct cache_item *item, int64_t now)
{
	const struct answer *answer = item->answer;
	return (struct entry){
		.kind = kind_of(&item->key),
		.stored = now,
		.lifetime = item->lifetime,
		.rcode = answer->rcode,
		.flags = answer->flags,
		.record_count = (uint16_t)answer->record_count,
		.store_size = (uint16_t)answer->store_size,
		.message_size = (uint16_t)item->message_size,
		.error = (uint16_t)answer->error,
		.outcome = (uint8_t)answer->outcome,
		.name_size = (uint16_t)name_size(&item->key.question->name),
		.over_tcp = answer->over_tcp,
		.has_soa = answer->has_soa,
		.has_opt = answer->has_opt,
		.is_lame = answer->is_lame,
		.is_unanswered = answer_has_no_reply(answer),
	};
}

// The caller holds the lock.
static void keep(struct cache *cache, const struct cache_item *item, int64_t now)
{
	const struct answer *answer = item->answer;
	const struct entry entry = entry_of(item, now);
	const struct {
		const void *from;
		size_t size;
	} parts[] = {
		{&entry, sizeof(entry)},
		{&item->key.question->name, entry.name_size},
		{answer->records, answer->record_count * sizeof(struct record)},
		{answer->store, answer->store_size},
		{answer->message, item->message_size},
	};
	size_t words = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
		words += ARRAY_WORDS(parts[i].size);
	if (words > CACHE_ANSWER_MAX / WORD)
		return;
	word *slot = choose_slot(cache, &item->key);
	const uint64_t position = reserve(cache, words);
	word *to = word_at(cache, position);
	for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
		to = copy_in(to, parts[i].from, parts[i].size);
	atomic_store_explicit(slot, tag_of(&item->key) << POSITION_BITS | (position + 1), memory_order_release);
}

void cache_keep(struct cache *cache, const struct cache_item *items, size_t count, int64_t now)
{
	if (!bounded_lock_take(&cache->lock))
		return;
	for (size_t i = 0; i < count && (cache->index || reserve_space(cache)); i++)
		keep(cache, &items[i], now);
	atomic_store_explicit(&cache->kept, cache->kept + count, memory_order_release);
	bounded_lock_release(&cache->lock);
}
