// SPDX-License-Identifier: MIT
// A table of counters, each named by a hash.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct counters;

// Room for about so many names, a power of two. NULL without memory. counters_close accepts NULL.
struct counters *counters_open(size_t size);
void counters_close(struct counters *counters);

// Adds one, and returns what the counter was before. Threads and signal handlers may do so at once: takes no lock.
// Names beyond the table's room share counters.
uint64_t counters_add(struct counters *counters, uint64_t name);

// Adds what the other table holds. Not for a table that is in use; from may be.
void counters_take(struct counters *counters, const struct counters *from);
