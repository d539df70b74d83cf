// SPDX-License-Identifier: MIT
// Things found by hash: a table of their numbers, twice as large as there are things, so that chains stay short.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/base/array.h"

// All zero is a valid empty one. Things are numbered from 0 in the order in which they are added; the owner frees places
// with free(3).
struct hash_index {
	uint32_t *places;  // the number of a thing, + 1; 0: none
	size_t count;
};

#define HASH_INDEX_NONE UINT32_MAX

static inline size_t hash_index_size(size_t count)
{
	return 2 * array_capacity(count);
}

// The number of the thing with that digest that is(things, number, key) says is it, or HASH_INDEX_NONE.
static inline uint32_t hash_index_find(const struct hash_index *index, uint64_t hash,
	bool (*is)(const void *things, uint32_t number, const void *key), const void *things, const void *key)
{
	const size_t mask = hash_index_size(index->count) - 1;
	if (!index->count)
		return HASH_INDEX_NONE;
	for (size_t location = hash & mask; index->places[location]; location = (location + 1) & mask)
		if (is(things, index->places[location] - 1, key))
			return index->places[location] - 1;
	return HASH_INDEX_NONE;
}

static inline void hash_index_put(struct hash_index *index, uint64_t hash, uint32_t number)
{
	const size_t mask = hash_index_size(index->count) - 1;
	size_t location = hash & mask;
	while (index->places[location])
		location = (location + 1) & mask;
	index->places[location] = number + 1;
}

// Adds the thing of number count, which is not in it yet; hash_of tells the digest of any thing by its number. False
// without memory, with the index as it was.
static inline bool hash_index_add(
	struct hash_index *index, uint64_t (*hash_of)(const void *things, uint32_t number), const void *things)
{
	const size_t count = index->count + 1, size = hash_index_size(count);
	uint32_t first = (uint32_t)index->count;
	if (!index->places || size != hash_index_size(index->count)) {
		uint32_t *places = calloc(size, sizeof(*places));
		if (!places)
			return false;
		free(index->places);
		index->places = places;
		first = 0;
	}
	index->count = count;
	for (uint32_t i = first; i < count; i++)
		hash_index_put(index, hash_of(things, i), i);
	return true;
}
