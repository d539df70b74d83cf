// SPDX-License-Identifier: MIT
// Finds, among many names, those that a name is at or below, in the order of the names.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"

// All zero is an empty one. The owner frees places with free(3).
struct suffix_index {
	uint32_t *places;  // where the numbers of each bucket begin, buckets + 1 of them; then the numbers, by bucket
	size_t buckets;    // a power of two, or 0
};

// Makes the index of count names, the first at `first`, each `stride` bytes behind the one before. The names are not
// kept. False without memory; the index is then unchanged.
bool suffix_index_open(struct suffix_index *index, const struct name *first, size_t stride, size_t count);

// The least number, from `from` on, of a name that may be equal to `name` or a domain above it: compare it, because
// other names share its bucket. SIZE_MAX if there is none. Takes time by the labels of the name and the logarithm of
// the count.
size_t suffix_index_next(const struct suffix_index *index, const struct name *name, size_t from);
