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

// Stores a copy of the answer for lifetime seconds from now. With lifetime 0 only threads that began to wait before now
// find it (they pass an earlier now). Stores nothing if the answer is too large, without memory, or if another thread
// holds the write lock for more than about two milliseconds.
void cache_keep(
	struct cache *cache, const struct cache_key *key, int64_t now, const struct answer *answer, uint32_t lifetime);

// For lookups that are left by siglongjmp(3): cache_abandon releases the write lock if this thread took it since
// cache_mark returned mark. Async-signal-safe.
const struct cache *cache_mark(void);
void cache_abandon(const struct cache *mark);
