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

NOINLINE_LARGE_FRAME static bool has_name(const struct only_lists *lists, const char *text)
{
	struct name name;
	return name_read(text, &name) && only_find(lists, &name, 0) != LISTED_NOT;
}

bool only_has(const struct only_lists *lists, const char *name)
{
	return lists->count > 0 && has_name(lists, name);
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
