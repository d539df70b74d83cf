// SPDX-License-Identifier: MIT
// Small files of the system read whole.
#pragma once

#include <stddef.h>

// Reads the file at path into *bytes (size of them and a NUL behind; the caller frees it). -1 with errno otherwise:
// EINVAL for what is neither a regular file nor a character device such as /dev/null (opening it has not waited for
// anybody), EISDIR for a folder, EFBIG for more than limit bytes. No descriptor stays open.
int file_read(const char *path, size_t limit, char **bytes, size_t *size);

// The path as seen from folder (NULL: the working directory), allocated; an absolute one as it is. NULL with errno.
char *file_absolute_path(const char *path, const char *folder);

// What stands behind the last slash.
const char *file_base_name(const char *path);
