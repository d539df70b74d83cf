// SPDX-License-Identifier: MIT
// A lock-free cache of answers, positive and negative, and of failures (RFC 1035 7.4, RFC 2308, RFC 9520).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct cache;

#define CACHE_ANSWER_MAX 16384  // bytes; larger answers are not stored

// Opens a cache for about entries answers (1 to 1048576) of 256 bytes on average; new answers overwrite the oldest.
// The first answer reserves address space; pages are allocated as it fills. Returns NULL without memory.
struct cache *cache_open(size_t entries);
void cache_close(struct cache *cache);  // accepts NULL

// Everything besides the question that an answer depends on, such as DO or the payload size.
typedef uint32_t cache_variant;

// The key of an answer.
struct cache_key {
	const struct question *question;
	uint64_t name_hash;  // of the question's name: any hash by name_hash()
	cache_variant variant;
};

// Looks up the answer with this key that has not expired at now (clock_lifetime, microseconds). Returns its outcome
// with *out filled, which the caller clears: the source is SOURCE_CACHE, or SOURCE_UNSET for a failure without any
// reply, the owner names have the case of the question, the TTLs are the remaining ones. Returns OUTCOME_PASS with *out
// unchanged if there is none, and without memory. Lock-free; safe in threads and after fork.
enum outcome cache_answer(struct cache *cache, const struct cache_key *key, int64_t now, struct answer *out);

// Returns the number of answers stored so far: while it stays the same, cache_answer finds no answer that it has not
// found before.
uint64_t cache_count(const struct cache *cache);

// An answer to be stored for lifetime seconds.
struct cache_item {
	struct cache_key key;
	const struct answer *answer;
	size_t message_size;  // of its message; 0: it is stored without one
	uint32_t lifetime;
};

// Stores copies of count answers from now on. With lifetime 0 only threads that began to wait before now find it (they
// pass an earlier now). Stores nothing without memory, if the answer is too large, or if bounded_lock_take fails.
void cache_keep(struct cache *cache, const struct cache_item *items, size_t count, int64_t now);
