// SPDX-License-Identifier: MIT
// Writes the lookups of a program and its children as a table, or as JSON.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct journal;
struct lookup_sum;

enum summary_column {
	SUMMARY_NAME,
	SUMMARY_SOURCE,
	SUMMARY_COUNT,
	SUMMARY_FAILED,
	SUMMARY_TOTAL,
	SUMMARY_MEDIAN,
	SUMMARY_LONGEST,
	SUMMARY_COLUMNS,
};

extern const char *const summary_titles[SUMMARY_COLUMNS];

// Writes the text of a cell to bytes (SUMMARY_CELL_SIZE), with control characters escaped, and returns bytes.
#define SUMMARY_CELL_SIZE 400
const char *summary_cell(const struct lookup_sum *row, enum summary_column column, char *bytes);

// Writes a table with one row for each name and source, sorted by total time, the longest first, and a line of totals;
// or one JSON object with the same on a line. False for lack of memory.
bool summary_write(const struct journal *journal, bool is_json, FILE *out);
