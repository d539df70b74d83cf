// SPDX-License-Identifier: MIT
// A lock for short writes that no thread waits for long: its holder may no longer exist after fork(2).
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

// All zero is free.
struct bounded_lock {
	_Atomic uint64_t holder;
	atomic_bool is_stuck;  // it was never released
};

// Returns false, without the lock, if another thread holds it for more than about two milliseconds, and at once if this
// thread already holds one, as in a signal handler. A lock that a thread of the parent holds is free in the child.
bool bounded_lock_take(struct bounded_lock *lock);
void bounded_lock_release(struct bounded_lock *lock);

// For lookups that are left by siglongjmp(3): bounded_lock_abandon releases the lock that this thread took since
// bounded_lock_mark returned mark. Async-signal-safe.
const struct bounded_lock *bounded_lock_mark(void);
void bounded_lock_abandon(const struct bounded_lock *mark);
