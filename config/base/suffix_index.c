// SPDX-License-Identifier: MIT
#include "config/base/suffix_index.h"

#include <stdlib.h>

#include "config/base/array.h"
#include "config/base/hash.h"

static size_t bucket_of(const struct suffix_index *index, const struct name *name, unsigned start)
{
	return name_hash_end(name, start, HASH_START) & (index->buckets - 1);
}

static const struct name *name_at(const struct name *first, size_t stride, size_t number)
{
	return (const struct name *)((const char *)first + number * stride);
}

bool suffix_index_open(struct suffix_index *index, const struct name *first, size_t stride, size_t count)
{
	struct suffix_index made = {.buckets = array_capacity(count)};
	uint32_t *places = calloc(made.buckets + 1 + count, sizeof(*places));
	if (!places)
		return false;
	uint32_t *numbers = places + made.buckets + 1;
	for (size_t i = 0; i < count; i++)
		places[bucket_of(&made, name_at(first, stride, i), 0)]++;
	for (size_t i = 0; i < made.buckets; i++)
		places[i + 1] += places[i];
	// From the last number to the first, so that each bucket is sorted and its place ends at its beginning.
	for (size_t i = count; i-- > 0;)
		numbers[--places[bucket_of(&made, name_at(first, stride, i), 0)]] = (uint32_t)i;
	made.places = places;
	*index = made;
	return true;
}

// The least number of the bucket that is at least `from`.
static size_t find_from(const struct suffix_index *index, size_t bucket, size_t from)
{
	const uint32_t *numbers = index->places + index->buckets + 1;
	size_t low = index->places[bucket], high = index->places[bucket + 1];
	const size_t end = high;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (numbers[middle] < from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < end ? numbers[low] : SIZE_MAX;
}

size_t suffix_index_next(const struct suffix_index *index, const struct name *name, size_t from)
{
	size_t least = SIZE_MAX;
	for (unsigned start = 0; index->buckets && start < name->length; start += name->wire[start] + 1u) {
		const size_t found = find_from(index, bucket_of(index, name, start), from);
		least = found < least ? found : least;
	}
	return least;
}
