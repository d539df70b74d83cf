// SPDX-License-Identifier: MIT
// Writes the lookups of a program and its children as a text table.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct journal;

// Writes a table with one row for each name and function, sorted by total time, the longest first, and a line of
// totals. Names are escaped. False for lack of memory.
bool summary_write(const struct journal *journal, FILE *out);
