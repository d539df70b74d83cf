// SPDX-License-Identifier: MIT
#include "resolver/source/inflight.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/sync/forks.h"
#include "config/sync/futex.h"

#define SETS 128               // of slots
#define SET_SIZE 4             // a query takes a slot of its set; it is not coalesced if others have taken them all
#define GRACE INT64_C(100000)  // microseconds after its deadline within which the owner may still end the query
#define FORK_SHIFT 48          // of the fork generation in a key

struct inflight_query {
	_Atomic uint64_t key;  // key_here of the query; 0: the slot is free
	atomic_uint done;      // futex: number of queries that have ended in this slot
	atomic_uint waiters;
	_Atomic int64_t deadline;    // of the owner, clock_now; 0: not known yet
	_Atomic int64_t time_limit;  // time from its begin to its deadline, microseconds; 0: not known yet
};

// NULL before the first query. The first free slot of a set is taken, so that the others are read often, but rarely
// written.
static _Atomic(struct inflight_query *) queries;
#define LIST_SIZE (SETS * SET_SIZE * sizeof(struct inflight_query))

static __thread struct inflight_query *own;

// NULL without memory. Mapped, so that pages are allocated as they are used: calloc(3) may have to clear them.
COLD static struct inflight_query *open_list(void)
{
	struct inflight_query *known = NULL;
	void *list = mmap(NULL, LIST_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (list == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&queries, &known, list))
		return list;
	munmap(list, LIST_SIZE);
	return known;
}

// The key, in the upper bits with the fork generation of this process.
static uint64_t key_here(uint64_t key)
{
	return (key & ((UINT64_C(1) << FORK_SHIFT) - 1)) | (uint64_t)forks_count() << FORK_SHIFT;
}

// Does the owner of the query with this key not exist any more? It was a thread of the parent before fork(2), or a
// thread that was cancelled.
static bool is_abandoned(const struct inflight_query *slot, uint64_t key, int64_t now)
{
	const int64_t deadline = slot->deadline;
	return key != key_here(key) || (deadline && deadline <= now - GRACE);
}

// Waits until the query has ended, the deadline has come, or the query is abandoned.
COLD static void wait_for_owner(struct inflight_query *slot, uint64_t key, int64_t now, int64_t deadline)
{
	const unsigned done = slot->done;
	slot->waiters++;
	for (; slot->key == key && slot->done == done && now < deadline && !is_abandoned(slot, key, now);
		 now = clock_now()) {
		const int64_t owners = slot->deadline;
		const int64_t until = owners && owners < deadline - GRACE ? owners + GRACE : deadline;
		futex_wait(&slot->done, done, until - now);
	}
	slot->waiters--;
}

// Returns whether this thread now owns the slot, which was free or abandoned.
static bool take_slot(struct inflight_query *slot, uint64_t key, int64_t now, int64_t deadline)
{
	uint64_t other = 0;
	own = slot;  // before the key: siglongjmp(3) at this point must not leave the query without an owner
	if (!atomic_compare_exchange_strong(&slot->key, &other, key) &&
		!(is_abandoned(slot, other, now) && atomic_compare_exchange_strong(&slot->key, &other, key))) {
		own = NULL;
		return false;
	}
	atomic_store_explicit(&slot->time_limit, deadline - now, memory_order_relaxed);
	atomic_store_explicit(&slot->deadline, deadline, memory_order_relaxed);
	return true;
}

struct inflight_query *inflight_begin(uint64_t key, int64_t now, int64_t deadline, bool *joined)
{
	struct inflight_query *list = UNLIKELY(own) ? NULL : queries ? queries : open_list();
	key = key_here(key);
	*joined = false;
	// Looks for the query in all slots, then for a free one: since the query began, one before it may have become free.
	for (size_t i = 0; list && key && i < 2 * SET_SIZE; i++) {
		struct inflight_query *slot = &list[key % SETS * SET_SIZE + i % SET_SIZE];
		if (i >= SET_SIZE && LIKELY(take_slot(slot, key, now, deadline)))
			return slot;
		if (LIKELY(slot->key != key) || is_abandoned(slot, key, now))
			continue;
		// Do not wait if our deadline is much later: the owner would give up first.
		const int64_t time_limit = slot->time_limit;
		*joined = !time_limit || time_limit >= (deadline - now) / 2;
		if (*joined)
			wait_for_owner(slot, key, now, deadline);
		return NULL;
	}
	return NULL;
}

bool inflight_has_waiters(const struct inflight_query *inflight_query)
{
	return inflight_query && inflight_query->waiters;
}

void inflight_end(struct inflight_query *inflight_query)
{
	if (!inflight_query)
		return;
	// A query that takes the slot does not count as abandoned before its owner has set these members. done changes
	// last: a thread that knows its new value does not wait for this query.
	atomic_store_explicit(&inflight_query->deadline, 0, memory_order_relaxed);
	atomic_store_explicit(&inflight_query->time_limit, 0, memory_order_relaxed);
	atomic_store_explicit(&inflight_query->key, 0, memory_order_release);
	inflight_query->done++;
	if (inflight_query->waiters)
		futex_wake(&inflight_query->done);
	own = NULL;
}

const struct inflight_query *inflight_mark(void)
{
	return own;
}

void inflight_abandon(const struct inflight_query *mark)
{
	if (own != mark)
		inflight_end(own);
}
