// SPDX-License-Identifier: MIT
// A fixed-size, lock-free table of counters, each identified by a 64-bit hash.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct counters;

// A table of size slots (a power of two), which the caller frees with free(3). NULL without memory.
struct counters *counters_open(size_t size);

// Increments the counter and returns its previous value. Thread-safe and async-signal-safe. When no slot is free near
// its hash, a name shares the counter of another name.
uint64_t counters_add(struct counters *counters, uint64_t name);

// Adds the value of each counter of `from` to the one in counters. No other thread may use counters meanwhile; `from`
// may be in use.
void counters_merge(struct counters *counters, const struct counters *from);
