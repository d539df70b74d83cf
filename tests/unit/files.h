// SPDX-License-Identifier: MIT
// Files that tests write.
#pragma once

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static inline void files_write(const char *path, const void *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline void files_write_text(const char *path, const char *text)
{
	files_write(path, text, strlen(text));
}
