// SPDX-License-Identifier: MIT
// Settings that are shown: collected, then written as a configuration, with their origins in comments, or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum show_kind {
	SHOW_DIRECTIVE,  // a line of withdns.conf(5)
	SHOW_FACT,       // no directive, but it counts as well
	SHOW_UNSET,      // a directive that is off, and has no way to say so
	SHOW_NO_FILE,
};

struct show_row {
	enum show_kind kind;
	const char *word;  // the directive's, or what the fact is called; not owned
	char *value;       // of what is unset: "", or the option
	char *origin;
};

// All zero is a valid empty one.
struct show_list {
	struct show_row *rows;
	size_t count;
	bool is_short;  // of memory
};

// Adds a row. Takes value and origin over, either of which may be NULL for want of memory.
void show_list_add(struct show_list *list, enum show_kind kind, const char *word, char *value, char *origin);
void show_list_clear(struct show_list *list);

// with_missing: the files that are not there too.
void show_list_write_text(const struct show_list *list, bool with_missing, FILE *out);

// One object on a line: {"settings":[..],"others":[..],"not_set":[..],"not_there":[..]}.
void show_list_write_json(const struct show_list *list, FILE *out);
