// SPDX-License-Identifier: MIT
// Finished answers, kept as long as they live (RFC 1035 7.4, RFC 2308, RFC 9520).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct cache;

#define CACHE_ENTRIES_MAX 1048576
#define CACHE_ANSWER_MAX 16384  // bytes; larger answers are not kept

// Room for about so many answers (1 to CACHE_ENTRIES_MAX), of 256 bytes on average; the oldest make room for new ones.
// Memory is used as it fills. NULL without memory.
struct cache *cache_open(size_t entries);
void cache_close(struct cache *cache);  // accepts NULL

// Whatever else than its question decides what an answer looks like: answers of one variant are not given for another.
typedef uint32_t cache_variant;

// The answer to the question, if it is here and lives at now (clock_lifetime): OUTCOME_PASS otherwise, with *out
// untouched, and without memory. Its source is SOURCE_CACHE, or SOURCE_NOBODY for a failure that was nobody's answer.
// What it says of the name has the case of the question, and its TTLs are what is left of them. *out is the caller's to
// clear. Takes no lock; safe in many threads and after fork.
enum outcome cache_answer(
	struct cache *cache, const struct question *question, cache_variant variant, int64_t now, struct answer *out);

// Keeps a copy of the answer for so many seconds from now; for 0 it is there for askers alone that have waited since
// before (their now is less). Where another thread is keeping one just now, nothing is kept.
void cache_keep(struct cache *cache, const struct question *question, cache_variant variant, int64_t now,
	const struct answer *answer, uint32_t lifetime);

// For a lookup that is left by a jump (siglongjmp(3)): cache_abandon gives back what this thread took since cache_mark
// gave mark. Safe in a signal handler.
const struct cache *cache_mark(void);
void cache_abandon(const struct cache *mark);
