// SPDX-License-Identifier: MIT
#include "config/origin.h"

#include <stdlib.h>

#include "config/base/array.h"
#include "config/base/kept_text.h"

static void note(
	struct origins *origins, enum origin_of what, size_t index, size_t element, const struct config_location *location)
{
	struct origin_book *book = (struct origin_book *)origins;
	const char *label = kept_text(location->label);
	const struct origin origin = {what, index, element, label, location->line, location->rank, book->count};
	if (label == NULL || !array_append(&book->list, &book->count, &origin, sizeof origin))
		book->is_incomplete = true;
}

void origin_book_open(struct origin_book *out)
{
	*out = (struct origin_book){.origins = {.note = note}};
}

void origin_book_close(struct origin_book *book)
{
	free(book->list);
	*book = (struct origin_book){.list = NULL};
}

static int compare_setting(const void *left, const void *right)
{
	const struct origin *one = left, *other = right;
	const int what = ARRAY_ORDER(one->what, other->what);
	const int index = ARRAY_ORDER(one->index, other->index);
	return what != 0 ? what : index != 0 ? index : ARRAY_ORDER(one->element, other->element);
}

// Sorts by setting; within a setting the origin in force comes first.
static int compare(const void *left, const void *right)
{
	const struct origin *one = left, *other = right;
	const int setting = compare_setting(left, right);
	const int rank = ARRAY_ORDER(one->rank, other->rank);
	return setting != 0 ? setting : rank != 0 ? rank : ARRAY_ORDER(other->order, one->order);
}

static void sort(struct origin_book *book)
{
	if (!book->is_sorted && book->count > 0)
		qsort(book->list, book->count, sizeof *book->list, compare);
	book->is_sorted = true;
}

const struct origin *origin_find(struct origin_book *book, enum origin_of what, size_t index, size_t element)
{
	const struct origin key = {.what = what, .index = index, .element = element};
	sort(book);
	const size_t place = array_place(book->list, book->count, sizeof key, &key, compare_setting);
	return place < book->count && compare_setting(&book->list[place], &key) == 0 ? &book->list[place] : NULL;
}

const struct origin *origin_next(struct origin_book *book, enum origin_of what, size_t *position)
{
	sort(book);
	while (*position < book->count) {
		const struct origin *origin = &book->list[(*position)++];
		if (origin->what == what)
			return origin;
	}
	return NULL;
}
