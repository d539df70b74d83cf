// SPDX-License-Identifier: MIT
#include "config/only.h"

#include <stdlib.h>

#include "config/sync/frame.h"

enum listing_state only_find(const struct only_lists *lists, const struct name *name, uint16_t type)
{
	enum listing_state least = LISTED;
	for (size_t i = 0; i < lists->count; i++) {
		const enum listing_state state = name_list_find(&lists->list[i].names, name, type);
		least = state < least ? state : least;
	}
	return least;
}

NOINLINE_LARGE_FRAME static unsigned types_of(const struct only_lists *lists, const char *text, uint16_t other)
{
	const uint16_t types[] = {RRTYPE_A, RRTYPE_AAAA, other};
	struct name name;
	unsigned bits = 0;
	if (!name_read(text, &name))
		return 0;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (only_find(lists, &name, types[i]) == LISTED)
			bits |= only_type_bit(types[i]);
	return bits;
}

unsigned only_types(const struct only_lists *lists, const char *name, uint16_t other)
{
	return lists->count > 0 ? types_of(lists, name, other) : 0;
}

bool only_is_stale(const struct only_lists *lists)
{
	for (size_t i = 0; i < lists->count; i++) {
		const struct file_stamp now = file_stamp_of(lists->list[i].path);
		if (file_stamp_is_outdated(&lists->list[i].stamp, &now))
			return true;
	}
	return false;
}

void only_sum(const struct only_lists *lists, struct file_stamp_sum *sum)
{
	for (size_t i = 0; i < lists->count; i++)
		file_stamp_sum_add(sum, lists->list[i].path, false);
}

void only_clear(struct only_lists *lists)
{
	for (size_t i = 0; i < lists->count; i++) {
		free(lists->list[i].path);
		name_list_clear(&lists->list[i].names);
	}
	free(lists->list);
}
