// SPDX-License-Identifier: MIT
// A row of the waterfall chart: a lookup, which folds what led to its result.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lookup;
struct timeline;

// How a row is written.
struct lookup_row {
	const struct timeline *timeline;
	bool is_detailed;     // hovering shows all, and a single successful exchange is folded too
	const char *command;  // of its process, if that has no row of its own; else NULL
};

void lookup_row_write(const struct lookup *lookup, const struct lookup_row *row, FILE *out);

// About how many bytes a row without details takes.
size_t lookup_row_size(const struct lookup *lookup);
