// SPDX-License-Identifier: MIT
// The table of --summary and --report: the lookups by name and source.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct lookup_sum;
struct lookups;

struct summary_column {
	const char *title;
	const char *key;  // of a number, in JSON; NULL: text
	size_t offset;    // of the number, in struct lookup_sum
	bool is_time;
};

#define SUMMARY_COLUMNS 7
extern const struct summary_column summary_columns[SUMMARY_COLUMNS];

// Writes the text of a cell to bytes (SUMMARY_CELL_SIZE), with control characters escaped, and returns bytes.
#define SUMMARY_CELL_SIZE 400
const char *summary_cell(const struct lookup_sum *row, size_t column, char *bytes);

// Writes the table and a line of totals; or one JSON object with the same on a line.
void summary_write(const struct lookups *lookups, bool is_json, FILE *out);
