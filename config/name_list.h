// SPDX-License-Identifier: MIT
// A file of names of lookups, for `only` and for --expect of withdns(1).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"
#include "config/base/suffix_index.h"

struct listed_name {
	struct name name;
	bool is_below;  // "*.domain": names below it, not itself
	bool has_type;  // "name/TYPE": lookups of this type, else of all types
	uint16_t type;
	unsigned line;  // of the file
};

// All zero is an empty list.
struct name_list {
	struct listed_name *list;
	size_t count;
	struct suffix_index index;
};

// What a line may be, for messages.
#define NAME_LIST_EXPECTED "one name or *.domain, then /TYPE or nothing"

// Reads a file of names or `*.domain`, each with or without a type, one per line; '#' begins a comment. An address
// stands for the owner name of its PTR record. False with errno; *line is then the number of a malformed line, or 0. name_list_clear frees *out, after a failure too.
bool name_list_read(const char *path, struct name_list *out, unsigned *line);

// Reads a name as a line of the file, or a call of the program, has it: a name, or an address.
bool name_list_read_name(const char *text, struct name *out);

// Writes a name as a line of the file; an address for the name of its PTR record. text holds NAME_TEXT_SIZE bytes.
char *name_list_write_name(const struct name *name, char *text);

enum listing_state {
	LISTED_NOT,
	LISTED_OTHERWISE,  // with other types
	LISTED,
};

// Does one of the lines cover the name, and lookups of that type? 0: an unknown type, which only lines without a type
// cover.
enum listing_state name_list_find(const struct name_list *list, const struct name *name, uint16_t type);

// Does the line?
enum listing_state listed_name_find(const struct listed_name *listed, const struct name *name, uint16_t type);

void name_list_clear(struct name_list *list);
