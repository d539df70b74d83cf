// SPDX-License-Identifier: MIT
// Small files of the system read whole.
#pragma once

#include <stddef.h>

struct stat;

// Reads the file at path into *bytes (size of them and a NUL behind; the caller frees it). -1 with errno otherwise:
// EINVAL for what is neither a regular file nor a character device such as /dev/null (opening it has not waited for
// anybody), EISDIR for a directory, EFBIG for more than limit bytes. No descriptor stays open.
int file_read(const char *path, size_t limit, char **bytes, size_t *size);

// The same, and in *status what fstat(2) says of the very file that was read: whose it is, and who may write it.
int file_read_with_status(const char *path, size_t limit, char **bytes, size_t *size, struct stat *status);

// Behind the byte order mark that the text begins with, or its beginning where there is none. Moves *size along.
const char *file_skip_mark(const char *bytes, size_t *size);

// The path as seen from directory (NULL: the working directory), allocated; an absolute one as it is. NULL with errno.
char *file_absolute_path(const char *path, const char *directory);

// The path that a word of the user's means: "~/" at its beginning is home (NULL or not absolute: nothing special, as
// elsewhere), the rest as above.
char *file_path_of_word(const char *word, const char *directory, const char *home);

// What stands behind the last slash.
const char *file_base_name(const char *path);
