// SPDX-License-Identifier: MIT
#include "resolver/source/inflight.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "config/base/clock.h"
#include "config/sync/forks.h"
#include "config/sync/futex.h"

#define INFLIGHT_MAX 512       // slots
#define PROBES_MAX 8           // slots that a query can take; it is not coalesced if others have taken them all
#define GRACE INT64_C(100000)  // microseconds after its deadline within which the owner may still end the query

struct inflight_query {
	_Atomic uint64_t key;   // 0: the slot is free
	_Atomic uint64_t done;  // number of queries that have ended in this slot
	atomic_uint signal;     // futex; changes with done
	atomic_uint waiters;
	atomic_uint forks;           // fork generation of the owner's process
	_Atomic int64_t deadline;    // of the owner, clock_now; 0: not known yet
	_Atomic int64_t time_limit;  // time from its begin to its deadline, microseconds; 0: not known yet
	_Atomic pthread_t owner;
};

static _Atomic(struct inflight_query *) queries;  // INFLIGHT_MAX; NULL before the first query
#define LIST_SIZE (INFLIGHT_MAX * sizeof(struct inflight_query))

static __thread struct inflight_query *own;

// NULL without memory. Mapped, so that pages are allocated as they are used: calloc(3) may have to clear them.
static struct inflight_query *open_list(void)
{
	struct inflight_query *known = queries;
	if (known)
		return known;
	void *list = mmap(NULL, LIST_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (list == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&queries, &known, list))
		return list;
	munmap(list, LIST_SIZE);
	return known;
}

// Does the owner not exist any more? It was a thread of the parent before fork(2), or a thread that was cancelled.
static bool is_abandoned(const struct inflight_query *inflight_query)
{
	const int64_t deadline = inflight_query->deadline;
	return inflight_query->forks != forks_count() || (deadline && deadline <= clock_now() - GRACE);
}

// Waits until the query has ended, the deadline has come, or the query is abandoned.
static void wait_for_owner(struct inflight_query *inflight_query, uint64_t key, int64_t deadline)
{
	uint64_t done = inflight_query->done;
	inflight_query->waiters++;
	while (inflight_query->key == key && inflight_query->done == done && clock_now() < deadline &&
		!is_abandoned(inflight_query)) {
		unsigned signal = inflight_query->signal;
		const int64_t owners = inflight_query->deadline;
		const int64_t until = owners && owners < deadline - GRACE ? owners + GRACE : deadline;
		if (inflight_query->key == key && inflight_query->done == done)
			futex_wait(&inflight_query->signal, signal, until - clock_now());
	}
	inflight_query->waiters--;
}

static bool take_slot(struct inflight_query *inflight_query, uint64_t key, int64_t deadline)
{
	uint64_t other = inflight_query->key;
	if (!other)
		inflight_query->forks = forks_count();  // all that take a free slot write the same
	own = inflight_query;  // before the key: siglongjmp(3) at this point must not leave the query without an owner
	if ((other && !is_abandoned(inflight_query)) ||
		!atomic_compare_exchange_strong(&inflight_query->key, &other, key)) {
		own = NULL;
		return false;
	}
	inflight_query->forks = forks_count();
	inflight_query->time_limit = deadline - clock_now();
	inflight_query->deadline = deadline;
	inflight_query->owner = pthread_self();
	return true;
}

// The slot of the query with that key, or one that is free or abandoned; NULL if others have taken all that it can
// take, and without memory.
static struct inflight_query *find_slot(uint64_t key)
{
	struct inflight_query *list = open_list(), *available = NULL;
	uint64_t unused = 0;
	if (list)
		atomic_compare_exchange_strong(&list[key % INFLIGHT_MAX].key, &unused, 0);  // a write, as in cache.c
	for (size_t i = 0; list && i < PROBES_MAX; i++) {
		struct inflight_query *slot = &list[(key + i) % INFLIGHT_MAX];
		const uint64_t other = slot->key;
		if (other == key)
			return slot;
		if (!available && (!other || is_abandoned(slot)))
			available = slot;
	}
	return available;
}

struct inflight_query *inflight_begin(uint64_t key, int64_t deadline, bool *joined)
{
	*joined = false;
	struct inflight_query *inflight_query = key && !own ? find_slot(key) : NULL;
	if (!inflight_query)
		return NULL;
	if (take_slot(inflight_query, key, deadline))
		return inflight_query;
	// Do not wait in a signal handler of the owner, nor if our deadline is much later: the owner would give up first.
	const int64_t time_limit = inflight_query->time_limit;
	if (inflight_query->key != key || pthread_equal(inflight_query->owner, pthread_self()) ||
		(time_limit && time_limit < (deadline - clock_now()) / 2))
		return NULL;
	wait_for_owner(inflight_query, key, deadline);
	*joined = true;
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
	// A query that takes the slot does not count as abandoned before its owner has set these members.
	inflight_query->deadline = 0;
	inflight_query->time_limit = 0;
	inflight_query->owner = 0;
	inflight_query->done++;
	inflight_query->signal++;
	inflight_query->key = 0;
	if (inflight_query->waiters)
		futex_wake(&inflight_query->signal);
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
