// SPDX-License-Identifier: MIT
#include "config/base/array.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/compiler.h"

void *array_grown(void *array, size_t count, size_t more, size_t element_size)
{
	if (array && count && count + more <= array_capacity(count))
		return array;
	return reallocarray(array, array_capacity(count + more), element_size);
}

bool array_append_all(void *array, size_t *count, const void *elements, size_t more, size_t size)
{
	char *grown;
	memcpy(&grown, array, sizeof grown);
	grown = array_grown(grown, *count, more, size);
	if (grown == NULL)
		return false;
	if (LIKELY(more > 0))
		memcpy(grown + *count * size, elements, more * size);
	*count += more;
	memcpy(array, &grown, sizeof grown);
	return true;
}
