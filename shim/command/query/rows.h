// SPDX-License-Identifier: MIT
// Rows of text with a column of reasons: the settings of --show-config, the steps of --explain.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A text that is NULL is absent; those in a list are owned by it.
struct row {
	unsigned kind;             // for the caller
	const char *value, *why;   // why: the origin of the setting, or another reason
	const char *name, *types;  // what the row is about: a directive, or a name and record types
	const void *route;         // identifies the servers of a step, for the caller; not owned
};

// All zero is an empty list.
struct rows {
	struct row *list;
	size_t count;
	bool is_incomplete;  // rows are missing for lack of memory
};

// Adds a row with copies of the texts. Returns it; NULL for lack of memory.
struct row *rows_add(struct rows *rows, const struct row *row);

// Adds a type to the types of a row.
void rows_add_type(struct rows *rows, struct row *row, const char *type);

// The largest width of a row that is not beyond the limit.
int rows_column(const struct rows *rows, int (*width_of)(const struct row *row), int limit);

void rows_clear(struct rows *rows);
