// SPDX-License-Identifier: MIT
// Files of names of lookups, for `only` and for --expect of withdns(1).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/file_stamp.h"
#include "config/base/name.h"
#include "config/base/suffix_index.h"

struct config_error;

struct listed_name {
	struct name name;
	bool is_below;  // "*.domain": names below it, not itself
	bool is_used;   // for --expect-used: a lookup matched it
	uint16_t type;  // "name/TYPE": lookups of this type; 0: of all types
	unsigned line;  // of the file
};

// All zero is an empty list.
struct name_list {
	char *path;  // of the file
	struct file_stamp stamp;
	struct listed_name *list;
	size_t count;
	struct suffix_index index;
};

// Reads a file of names or `*.domain`, each with or without a type, one per line; '#' begins a comment. An address
// stands for the owner name of its PTR record. False with *error filled; what: the `what` of a config_file_place.
// name_list_clear frees *out, after a failure too.
bool name_list_read(const char *path, const char *what, struct name_list *out, struct config_error *error);
void name_list_clear(struct name_list *list);

// Reads a name as a line of the file, or a call of the program, has it: a name, or an address.
bool name_list_read_name(const char *text, struct name *out);

// Writes a name as a line of the file; an address for the name of its PTR record. text holds NAME_TEXT_SIZE bytes.
char *name_list_write_name(const struct name *name, char *text);

enum listing_state {
	LISTED_NOT,
	LISTED_OTHERWISE,  // with other types
	LISTED,
};

// Does the line, or one of the list, cover the name, and lookups of that type? 0: an unknown type, which only lines
// without a type cover.
enum listing_state listed_name_find(const struct listed_name *listed, const struct name *name, uint16_t type);
enum listing_state name_list_find(const struct name_list *list, const struct name *name, uint16_t type);

// The lists of all `only` lines: a name must be in each of them. All zero is empty: all names exist.
struct name_lists {
	struct name_list *list;
	size_t count;
};

// What the lists together say: the least that one of them does. LISTED without lists.
enum listing_state name_lists_find(const struct name_lists *lists, const struct name *name, uint16_t type);

// Is a name, as a program spells it, listed for any type? False without lists.
bool name_lists_have(const struct name_lists *lists, const char *name);
