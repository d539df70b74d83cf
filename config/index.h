// SPDX-License-Identifier: MIT
// Things found by hash: a table of their numbers, twice as large as there are things, so that chains stay short.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/array.h"

// All zero is a valid empty one. Things are numbered from 0 in the order in which they are added; the owner frees places
// with free(3).
struct index {
	uint32_t *places;  // the number of a thing, + 1; 0: none
	size_t count;
};

#define INDEX_NONE UINT32_MAX

static inline size_t index_size(size_t count)
{
	return 2 * array_capacity(count);
}

// The number of the thing with that digest that is(things, number, key) says is it, or INDEX_NONE.
static inline uint32_t index_find(const struct index *index, uint64_t digest,
                                  bool (*is)(const void *things, uint32_t number, const void *key), const void *things,
                                  const void *key)
{
	const size_t mask = index_size(index->count) - 1;
	if (!index->count)
		return INDEX_NONE;
	for (size_t place = digest & mask; index->places[place]; place = (place + 1) & mask)
		if (is(things, index->places[place] - 1, key))
			return index->places[place] - 1;
	return INDEX_NONE;
}

static inline void index_put(struct index *index, uint64_t digest, uint32_t number)
{
	const size_t mask = index_size(index->count) - 1;
	size_t place = digest & mask;
	while (index->places[place])
		place = (place + 1) & mask;
	index->places[place] = number + 1;
}

// Adds the thing of number count, which is not in it yet; digest_of tells the digest of any thing by its number. False
// without memory, with the index as it was.
static inline bool index_add(struct index *index, uint64_t (*digest_of)(const void *things, uint32_t number),
                             const void *things)
{
	const size_t count = index->count + 1, size = index_size(count);
	uint32_t first = (uint32_t)index->count;
	if (!index->places || size != index_size(index->count)) {
		uint32_t *places = calloc(size, sizeof(*places));
		if (!places)
			return false;
		free(index->places);
		index->places = places;
		first = 0;
	}
	index->count = count;
	for (uint32_t i = first; i < count; i++)
		index_put(index, digest_of(things, i), i);
	return true;
}
