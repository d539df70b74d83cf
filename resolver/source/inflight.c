// SPDX-License-Identifier: MIT
#include "resolver/source/inflight.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/sync/forks.h"
#include "config/sync/futex.h"

#define INFLIGHT_MAX 64        // at once; what meets another one in its place goes alone
#define GRACE INT64_C(100000)  // microseconds behind its deadline in which a flight may still land

struct inflight_query {
	_Atomic uint64_t key;   // 0: nobody asks
	_Atomic uint64_t done;  // how many have ended here
	atomic_uint signal;     // futex: changes with landed
	atomic_uint waiters;
	atomic_uint forks;         // of the asking thread's process
	_Atomic int64_t deadline;  // of the asking thread, clock_now
	_Atomic int64_t patience;  // how long before its deadline it began
	_Atomic pthread_t owner;
};

struct inflight {
	struct inflight_query list[INFLIGHT_MAX];
};

static __thread struct inflight_query *own;

// As a flight stands that nobody sits in: what takes off in its place is not taken for lost before it has said more.
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

// Left over from the parent's other threads, or by a thread that ended in some way of its own.
static bool is_lost(const struct inflight_query *inflight_query)
{
	return inflight_query->forks != forks_count() || inflight_query->deadline <= clock_now() - GRACE;
}

// Until it has landed, or one's own time is over, or nobody sits in it any more.
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

static bool take_place(struct inflight_query *inflight_query, uint64_t key, int64_t deadline)
{
	uint64_t other = inflight_query->key;
	own = inflight_query;  // first: a jump must not leave it to nobody
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
	if (take_place(inflight_query, key, deadline))
		return inflight_query;
	// A signal handler of the asking thread would wait for itself; who has much more time than the pilot would have to
	// begin anew behind him.
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
