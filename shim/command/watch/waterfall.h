// SPDX-License-Identifier: MIT
// The waterfall chart of a report: one row a lookup, below the process that made it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lookups;
struct processes;
struct timeline;

struct waterfall {
	const struct lookups *lookups;
	const struct processes *processes;
	const struct timeline *timeline;
	// Set by waterfall_choose.
	bool *is_shown;    // by the index of the lookup
	size_t shown;      // number of lookups that are shown
	bool is_detailed;  // as in lookup_row.h
};

// Chooses the lookups to show: all, or if these are too many, failed ones and then the longest ones. False for lack of
// memory. free(3) frees waterfall->is_shown.
bool waterfall_choose(struct waterfall *waterfall);

// Writes the chart as HTML. False for lack of memory.
bool waterfall_write(const struct waterfall *waterfall, FILE *out);
