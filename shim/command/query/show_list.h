// SPDX-License-Identifier: MIT
// Collects settings, and writes them as a configuration with their origins in comments, or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum show_kind {
	SHOW_DIRECTIVE,  // a line of withdns.conf(5)
	SHOW_FACT,       // a setting without a directive
	SHOW_UNSET,      // a directive that is not set
	SHOW_NO_FILE,
};

struct show_row {
	enum show_kind kind;
	const char *word;  // the directive or the name of the fact; not owned
	char *value;       // SHOW_UNSET: "", or the option
	char *origin;
};

// All zero is an empty list.
struct show_list {
	struct show_row *rows;
	size_t count;
	bool is_incomplete;  // rows are missing for lack of memory
};

// Adds a row. Takes ownership of value and origin; either may be NULL for lack of memory.
void show_list_add(struct show_list *list, enum show_kind kind, const char *word, char *value, char *origin);
void show_list_clear(struct show_list *list);

// with_missing: includes the files that do not exist.
void show_list_write_text(const struct show_list *list, bool with_missing, FILE *out);

// One object on a line: {"settings":[..],"others":[..],"not_set":[..],"not_there":[..]}.
void show_list_write_json(const struct show_list *list, FILE *out);
