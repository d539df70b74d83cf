// SPDX-License-Identifier: MIT
// The waterfall chart of a report: one row a lookup, below the process that made it.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct lookups;
struct processes;

// Writes the chart, with its title, as HTML. If there are too many lookups, it shows failed ones and then the longest
// ones, and says so. Marks what it shows in *lookups and *processes. False for lack of memory.
bool waterfall_write(struct lookups *lookups, struct processes *processes, FILE *out);
