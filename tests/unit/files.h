// SPDX-License-Identifier: MIT
// Files that tests write.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_DIRECTORY_SIZE 32

// A new directory for what a test writes; false with errno. In memory if possible: a disk takes a millisecond whenever a
// file is written again.
static inline bool files_make_directory(char path[FILES_DIRECTORY_SIZE])
{
	strcpy(path, access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm/withdns-XXXXXX" : "/tmp/withdns-XXXXXX");
	return mkdtemp(path) != NULL;
}

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
