// SPDX-License-Identifier: MIT
#include "config/sync/snapshot.h"

#include <errno.h>
#include <stdlib.h>

// Why nothing is freed under a reader: a value is unpublished before it enters the retired list, and the list is
// taken before the taker's own count goes down. If the count is 0 then, every reader that could have got a taken
// value has left. Whoever enters later counts up after that in the order of changes to `readers`; read-modify-writes
// of one atomic chain acquire to release, so its load of `current` sees that the value is gone. For the same reason
// what readers did with a value is over before it is freed. Default (sequentially consistent) order throughout: on
// the machines that matter it costs nothing more here.

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
	*old = (struct snapshot_retired){.value = atomic_exchange(&snapshot->current, value)};
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
