// SPDX-License-Identifier: MIT
#include "resolver/source/inflight.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/sync/forks.h"
#include "config/sync/futex.h"

#define INFLIGHT_MAX 64        // slots; a query whose slot is taken by another one is not coalesced
#define GRACE INT64_C(100000)  // microseconds after its deadline within which the owner may still end the query

struct inflight_query {
	_Atomic uint64_t key;   // 0: the slot is free
	_Atomic uint64_t done;  // number of queries that have ended in this slot
	atomic_uint signal;     // futex; changes with done
	atomic_uint waiters;
	atomic_uint forks;         // fork generation of the owner's process
	_Atomic int64_t deadline;  // of the owner, clock_now
	_Atomic int64_t patience;  // time from its begin to its deadline, microseconds
	_Atomic pthread_t owner;
};

struct inflight {
	struct inflight_query list[INFLIGHT_MAX];
};

static __thread struct inflight_query *own;

// The state of a free slot: a query that takes it does not count as lost before its owner has set these members.
static void reset(struct inflight_query *inflight_query)
{
	inflight_query->deadline = INT64_MAX;
	inflight_query->patience = INT64_MAX;
	inflight_query->owner = 0;
}

struct inflight *inflight_open(void)
{
	struct inflight *inflight = calloc(1, sizeof(*inflight));
	for (size_t i = 0; inflight && i < INFLIGHT_MAX; i++) {
		reset(&inflight->list[i]);
		inflight->list[i].forks = forks_count();
	}
	return inflight;
}

void inflight_close(struct inflight *inflight)
{
	free(inflight);
}

// The owner does not exist any more: a thread of the parent before fork(2), or a thread that was cancelled.
static bool is_lost(const struct inflight_query *inflight_query)
{
	return inflight_query->forks != forks_count() || inflight_query->deadline <= clock_now() - GRACE;
}

// Waits until the query has ended, the deadline has come, or the owner is lost.
static void wait_for_owner(struct inflight_query *inflight_query, uint64_t key, int64_t deadline)
{
	uint64_t done = inflight_query->done;
	inflight_query->waiters++;
	while (inflight_query->key == key && inflight_query->done == done && clock_now() < deadline &&
		!is_lost(inflight_query)) {
		unsigned signal = inflight_query->signal;
		int64_t until = inflight_query->deadline < deadline - GRACE ? inflight_query->deadline + GRACE : deadline;
		if (inflight_query->key == key && inflight_query->done == done)
			futex_wait(&inflight_query->signal, signal, until - clock_now());
	}
	inflight_query->waiters--;
}

static bool take_slot(struct inflight_query *inflight_query, uint64_t key, int64_t deadline)
{
	uint64_t other = inflight_query->key;
	own = inflight_query;  // first: siglongjmp(3) at this point must not leave the query without an owner
	if ((other && !is_lost(inflight_query)) || !atomic_compare_exchange_strong(&inflight_query->key, &other, key)) {
		own = NULL;
		return false;
	}
	inflight_query->forks = forks_count();
	inflight_query->patience = deadline - clock_now();
	inflight_query->deadline = deadline;
	inflight_query->owner = pthread_self();
	return true;
}

struct inflight_query *inflight_begin(struct inflight *inflight, uint64_t key, int64_t deadline, bool *joined)
{
	struct inflight_query *inflight_query = &inflight->list[key % INFLIGHT_MAX];
	*joined = false;
	if (!key || own)
		return NULL;
	if (take_slot(inflight_query, key, deadline))
		return inflight_query;
	// Do not wait in a signal handler of the owner, nor if our deadline is much later: the owner would give up first.
	if (inflight_query->key != key || pthread_equal(inflight_query->owner, pthread_self()) ||
		inflight_query->patience < (deadline - clock_now()) / 2)
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
	reset(inflight_query);
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
