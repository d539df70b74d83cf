// SPDX-License-Identifier: MIT
// Arrays that grow by doubling, so that adding n elements costs n. No capacity is stored: the count tells it.
#pragma once

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

// Elements: the smallest power of two that holds count, but four at least.
static inline size_t array_capacity(size_t count)
{
	if (count <= 4)
		return 4;
	return (size_t)1 << (sizeof(long) * CHAR_BIT - (size_t)__builtin_clzl(count - 1));
}

// The array, of count elements of element_size bytes, with room for more behind them; moved where it was full. NULL
// without memory: then it stays as it was. The owner counts, and frees with free(3).
static inline void *array_grown(void *array, size_t count, size_t more, size_t element_size)
{
	if (array && count && count + more <= array_capacity(count))
		return array;
	return reallocarray(array, array_capacity(count + more), element_size);
}
