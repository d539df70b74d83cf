// SPDX-License-Identifier: MIT
// A value that many threads read while any of them may put another in its place. No lock: a fork finds none held.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

struct snapshot_retired;

// All zero but for dispose is a valid empty one.
struct snapshot {
	void (*dispose)(void *value);  // frees a value that nobody can see any more; never called with NULL
	_Atomic(void *) current;
	_Atomic(struct snapshot_retired *) retired;
	atomic_uint readers;
};

// Returns the value (NULL in an empty one), which then stays valid until this caller leaves, whatever is put in its
// place meanwhile. Every enter needs its leave; they may nest. Wait-free, so safe in signal handlers and in a child
// of fork.
void *snapshot_enter(struct snapshot *snapshot);

// Frees the replaced values as well if this was the last reader. Keeps errno.
void snapshot_leave(struct snapshot *snapshot);

// Leaves and frees nothing: safe wherever a signal may have interrupted this thread. What was replaced waits for
// another reader to leave.
void snapshot_abandon(struct snapshot *snapshot);

// Publishes value, which the snapshot owns from now on; the old one is freed once no reader is left that may have it.
// Only between enter and leave, which also keeps value itself valid for this caller. False without memory: nothing
// changed, and value is still the caller's.
bool snapshot_replace(struct snapshot *snapshot, void *value);

// Frees all. Nobody may be inside, nor enter any more.
void snapshot_close(struct snapshot *snapshot);

// A child of fork inherits the readers that its parent's other threads were: these never leave, so that it keeps what
// it replaces. Old values also wait as long as some reader is always inside.
