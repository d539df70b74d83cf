// SPDX-License-Identifier: MIT
// The length of a constant array, arrays that grow by doubling, of which the capacity follows from the element count,
// and the search of sorted ones.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof *(array))

// How many words of 64 bits the bytes fill, the last one perhaps in part.
#define ARRAY_WORDS(bytes) (((bytes) + 7) / 8)

// The order of two numbers, as the functions that qsort(3) calls return it.
#define ARRAY_ORDER(one, other) (((one) > (other)) - ((one) < (other)))

// The capacity, in elements, of an array of count elements: the next power of two, at least 4.
static inline size_t array_capacity(size_t count)
{
	if (count <= 4)
		return 4;
	return (size_t)1 << (sizeof(long) * CHAR_BIT - (size_t)__builtin_clzl(count - 1));
}

// Returns the array (count elements of element_size bytes) with room for `more` further elements, reallocated if
// needed. NULL without memory; the old array then stays valid. The caller keeps the count and frees with free(3).
void *array_grown(void *array, size_t count, size_t more, size_t element_size);

// Appends copies of `more` elements of size bytes to an array of *count elements; array is the address of the pointer
// to it. False without memory; nothing has changed then.
bool array_append_all(void *array, size_t *count, const void *elements, size_t more, size_t size);

// The same for one element.
static inline bool array_append(void *array, size_t *count, const void *element, size_t size)
{
	return array_append_all(array, count, element, 1, size);
}

// Finds the key among count elements of size bytes that are sorted by compare, as by qsort(3): the index of the first
// that is not less; count if all are.
static inline size_t array_place(
	const void *array, size_t count, size_t size, const void *key, int (*compare)(const void *, const void *))
{
	size_t low = 0;
	for (size_t high = count; low < high;) {
		const size_t middle = low + (high - low) / 2;
		if (compare((const char *)array + middle * size, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
