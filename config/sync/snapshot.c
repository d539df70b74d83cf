// SPDX-License-Identifier: MIT
#include "config/sync/snapshot.h"

#include <errno.h>
#include <stdlib.h>

// Why no value is freed while it has a reader: a value is unpublished before it enters the retired list, and a leaving
// reader takes the list before it decrements `readers`. If the count is 0 then, every reader that could have loaded a
// taken value has left. A later reader increments `readers` after that in its modification order; read-modify-writes of
// one atomic form a release sequence, so its load of `current` sees that the value is gone. For the same reason the
// readers' accesses to a value happen before it is freed. All operations use the default, sequentially consistent
// order, which costs nothing more here on common machines.

struct snapshot_retired {
	void *value;
	struct snapshot_retired *next;
};

static void dispose_all(const struct snapshot *snapshot, struct snapshot_retired *list)
{
	while (list) {
		struct snapshot_retired *next = list->next;
		snapshot->dispose(list->value);
		free(list);
		list = next;
	}
}

static void push_all(struct snapshot *snapshot, struct snapshot_retired *list)
{
	struct snapshot_retired *last = list;
	while (last->next)
		last = last->next;
	last->next = atomic_load(&snapshot->retired);
	while (!atomic_compare_exchange_weak(&snapshot->retired, &last->next, list))
		;
}

void *snapshot_enter(struct snapshot *snapshot)
{
	atomic_fetch_add(&snapshot->readers, 1);
	return atomic_load(&snapshot->current);
}

void snapshot_leave(struct snapshot *snapshot)
{
	struct snapshot_retired *taken = NULL;
	if (atomic_load(&snapshot->retired))
		taken = atomic_exchange(&snapshot->retired, NULL);
	const bool was_last = atomic_fetch_sub(&snapshot->readers, 1) == 1;
	if (!taken)
		return;
	if (!was_last) {
		push_all(snapshot, taken);
		return;
	}
	const int saved_errno = errno;
	dispose_all(snapshot, taken);
	errno = saved_errno;
}

void snapshot_abandon(struct snapshot *snapshot)
{
	atomic_fetch_sub(&snapshot->readers, 1);
}

bool snapshot_replace(struct snapshot *snapshot, void *value)
{
	struct snapshot_retired *old = malloc(sizeof *old);
	if (!old)
		return false;
	old->value = atomic_exchange(&snapshot->current, value);
	old->next = NULL;
	if (old->value)
		push_all(snapshot, old);
	else
		free(old);
	return true;
}

void snapshot_close(struct snapshot *snapshot)
{
	dispose_all(snapshot, atomic_exchange(&snapshot->retired, NULL));
	void *current = atomic_exchange(&snapshot->current, NULL);
	if (current)
		snapshot->dispose(current);
}
