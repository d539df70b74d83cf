// SPDX-License-Identifier: MIT
// Hash index of an array: an open-addressing table of element numbers, at most half full.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/base/array.h"

// All zero is a valid empty one. Elements are numbered from 0 in the order of adding; the owner frees places with
// free(3).
struct hash_index {
	uint32_t *places;  // 1 + the number of an element; 0: empty
	size_t count;
};

#define HASH_INDEX_NONE UINT32_MAX

static inline size_t hash_index_size(size_t count)
{
	return 2 * array_capacity(count);
}

// The number of the element with this hash for which is(things, number, key) holds; HASH_INDEX_NONE if there is none.
static inline uint32_t hash_index_find(const struct hash_index *index, uint64_t hash,
	bool (*is)(const void *things, uint32_t number, const void *key), const void *things, const void *key)
{
	const size_t mask = hash_index_size(index->count) - 1;
	if (!index->count)
		return HASH_INDEX_NONE;
	for (size_t slot = hash & mask; index->places[slot]; slot = (slot + 1) & mask)
		if (is(things, index->places[slot] - 1, key))
			return index->places[slot] - 1;
	return HASH_INDEX_NONE;
}

static inline void hash_index_put(struct hash_index *index, uint64_t hash, uint32_t number)
{
	const size_t mask = hash_index_size(index->count) - 1;
	size_t slot = hash & mask;
	while (index->places[slot])
		slot = (slot + 1) & mask;
	index->places[slot] = number + 1;
}

// Makes an empty index with room for the elements numbered below count, which hash_index_put adds then. False
// without memory; the index is then unchanged.
static inline bool hash_index_open(struct hash_index *index, size_t count)
{
	uint32_t *places = calloc(hash_index_size(count), sizeof(*places));
	if (!places)
		return false;
	*index = (struct hash_index){places, count};
	return true;
}

// Adds the element with number index->count; hash_of returns the hash of an element. False without memory; the index is
// then unchanged.
static inline bool hash_index_add(
	struct hash_index *index, uint64_t (*hash_of)(const void *things, uint32_t number), const void *things)
{
	const size_t count = index->count + 1, size = hash_index_size(count);
	uint32_t first = (uint32_t)index->count;
	if (!index->places || size != hash_index_size(index->count)) {
		uint32_t *const smaller = index->places;
		if (!hash_index_open(index, count))
			return false;
		free(smaller);
		first = 0;
	}
	index->count = count;
	for (uint32_t i = first; i < count; i++)
		hash_index_put(index, hash_of(things, i), i);
	return true;
}
