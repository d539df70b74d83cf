// SPDX-License-Identifier: MIT
#include "config/sync/bounded_lock.h"

#include <stddef.h>

#include "config/base/compiler.h"
#include "config/sync/forks.h"
#include "config/sync/futex.h"

#define TRIES 40
#define MOMENT 50  // microseconds; a running holder needs about one

static __thread struct bounded_lock *own;

// Identifies this thread, and in the lower bits the fork generation. A thread releases only its own lock, since after
// siglongjmp(3) it may do so when the lock has been released already.
#define FORK_MASK UINT64_C(0xffff)
static uint64_t mark_of_this_thread(void)
{
	return (uint64_t)(uintptr_t)&own * (FORK_MASK + 1) | (forks_count() & FORK_MASK);
}

// If the lock is not released within the tries, its holder no longer exists (a child made without fork handlers): later
// calls then try only once.
COLD static bool wait_for(struct bounded_lock *lock, uint64_t mark)
{
	atomic_uint nothing = 0;
	for (int tries = lock->is_stuck ? 1 : TRIES; tries > 0; tries--) {
		uint64_t holder = lock->holder;
		const bool is_taken = holder && (holder & FORK_MASK) == (mark & FORK_MASK);
		if (!is_taken && atomic_compare_exchange_strong(&lock->holder, &holder, mark))
			return true;
		if (tries > 1)
			futex_wait(&nothing, 0, MOMENT);
	}
	lock->is_stuck = true;
	return false;
}

bool bounded_lock_take(struct bounded_lock *lock)
{
	const uint64_t mark = mark_of_this_thread();
	uint64_t nobody = 0;
	if (own)
		return false;
	own = lock;  // first: siglongjmp(3) at this point must not leak the lock
	if (atomic_compare_exchange_strong(&lock->holder, &nobody, mark) || wait_for(lock, mark))
		return true;
	own = NULL;
	return false;
}

void bounded_lock_release(struct bounded_lock *lock)
{
	uint64_t mark = mark_of_this_thread();
	atomic_compare_exchange_strong(&lock->holder, &mark, 0);
	own = NULL;
}

const struct bounded_lock *bounded_lock_mark(void)
{
	return own;
}

void bounded_lock_abandon(const struct bounded_lock *mark)
{
	if (own && own != mark)
		bounded_lock_release(own);
}
