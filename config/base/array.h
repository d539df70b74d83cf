// SPDX-License-Identifier: MIT
// The length of a constant array, and arrays that grow by doubling: the capacity follows from the element count.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof *(array))

// The capacity, in elements, of an array of count elements: the next power of two, at least 4.
static inline size_t array_capacity(size_t count)
{
	if (count <= 4)
		return 4;
	return (size_t)1 << (sizeof(long) * CHAR_BIT - (size_t)__builtin_clzl(count - 1));
}

// Returns the array (count elements of element_size bytes) with room for `more` further elements, reallocated if
// needed. NULL without memory; the old array then stays valid. The caller keeps the count and frees with free(3).
static inline void *array_grown(void *array, size_t count, size_t more, size_t element_size)
{
	if (array && count && count + more <= array_capacity(count))
		return array;
	return reallocarray(array, array_capacity(count + more), element_size);
}

// Appends a copy of element (size bytes) to an array of *count elements; array is the address of the pointer to it.
// False without memory; nothing has changed then.
static inline bool array_append(void *array, size_t *count, const void *element, size_t size)
{
	char *elements;
	memcpy(&elements, array, sizeof elements);
	elements = array_grown(elements, *count, 1, size);
	if (elements == NULL)
		return false;
	memcpy(elements + (*count)++ * size, element, size);
	memcpy(array, &elements, sizeof elements);
	return true;
}
