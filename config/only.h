// SPDX-License-Identifier: MIT
// `only`: lists of the names that exist.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/base/file_stamp.h"
#include "config/base/rrtype.h"
#include "config/name_list.h"

// The list of one line.
struct only {
	char *path;  // absolute
	struct file_stamp stamp;
	struct name_list names;
};

// All zero is empty: all names exist.
struct only_lists {
	struct only *list;
	size_t count;
};

// What the lists together say: the least that one of them does. LISTED without lists.
enum listing_state only_find(const struct only_lists *lists, const struct name *name, uint16_t type);

// Is a name, as a program spells it, listed for any type?
bool only_has(const struct only_lists *lists, const char *name);

// Has the file of a list changed?
bool only_is_stale(const struct only_lists *lists);

// Adds the current stat(2) values of these files to *sum.
void only_sum(const struct only_lists *lists, struct file_stamp_sum *sum);

void only_clear(struct only_lists *lists);
