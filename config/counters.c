// SPDX-License-Identifier: MIT
#include "config/counters.h"

#include <stdatomic.h>
#include <stdlib.h>

#define PROBES_MAX 64  // slots probed before a name shares one

struct counter {
	_Atomic uint64_t name;  // 0: free
	_Atomic uint64_t count;
};

struct counters {
	size_t size;  // a power of two
	struct counter slots[];
};

struct counters *counters_open(size_t size)
{
	struct counters *counters = calloc(1, sizeof *counters + size * sizeof counters->slots[0]);
	if (counters != NULL)
		counters->size = size;
	return counters;
}

// Linear probing. A slot never changes its name, so the first slot that has the name or is free is the right one.
static struct counter *slot_of(struct counters *counters, uint64_t name)
{
	for (size_t i = 0; i < PROBES_MAX && i < counters->size; i++) {
		struct counter *slot = &counters->slots[(name + i) & (counters->size - 1)];
		uint64_t owner = 0;
		if (atomic_compare_exchange_strong(&slot->name, &owner, name) || owner == name)
			return slot;
	}
	return &counters->slots[name & (counters->size - 1)];
}

static uint64_t add(struct counters *counters, uint64_t name, uint64_t count)
{
	return atomic_fetch_add(&slot_of(counters, name != 0 ? name : 1)->count, count);
}

uint64_t counters_add(struct counters *counters, uint64_t name)
{
	return add(counters, name, 1);
}

void counters_merge(struct counters *counters, const struct counters *from)
{
	for (size_t i = 0; i < from->size; i++) {
		const uint64_t name = atomic_load(&from->slots[i].name);
		if (name != 0)
			add(counters, name, atomic_load(&from->slots[i].count));
	}
}
