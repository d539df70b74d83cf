// SPDX-License-Identifier: MIT
// A shared pointer that threads read and replace without locks (as RCU): no lock can remain taken in a child of fork.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

#include "config/base/compiler.h"

struct snapshot_retired;

// All zero but for dispose is a valid empty one.
struct snapshot {
	void (*dispose)(void *value);  // frees a value that has no readers left; never called with NULL
	_Atomic(void *) current;
	_Atomic(struct snapshot_retired *) retired;
	char before[CACHE_LINE];
	atomic_uint readers;
	char after[CACHE_LINE];
};

// Begins a read section: returns the value (NULL if empty), which stays valid until the matching snapshot_leave, also
// when it is replaced. Sections may nest. Wait-free: safe in signal handlers and in a child of fork.
void *snapshot_enter(struct snapshot *snapshot);

// Is there no value? Outside of a section too.
static inline bool snapshot_is_empty(struct snapshot *snapshot)
{
	return !atomic_load(&snapshot->current);
}

// Ends a read section. The last reader to leave frees the replaced values. Keeps errno.
void snapshot_leave(struct snapshot *snapshot);

// Ends a read section without freeing: async-signal-safe. A later snapshot_leave frees the replaced values.
void snapshot_abandon(struct snapshot *snapshot);

// Publishes value and takes ownership of it; the old value is freed when its last reader has left. Call in a read
// section, which also keeps value valid for this caller. False without memory: nothing has changed, and the caller
// still owns value.
bool snapshot_replace(struct snapshot *snapshot, void *value);

// Frees all values. No thread may be in a read section or enter one later.
void snapshot_close(struct snapshot *snapshot);

// Values are not freed while read sections overlap without a gap. If another thread was in one during a fork, its
// reader count never drops in the child, which then frees no replaced values.
