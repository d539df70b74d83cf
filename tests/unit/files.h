// SPDX-License-Identifier: MIT
// Files that tests write, in a private directory of the test program, which is removed at exit.
#pragma once

#include <stddef.h>

// The directory: made at the first use, below TMPDIR. Without TMPDIR in memory if possible: a disk takes a millisecond
// whenever a file is written again.
const char *files_directory(void);

// The path of this name in the directory; valid until files_remove.
const char *files_path(const char *name);

// Writes a file; fails the test if that is not possible. files_make writes files_path(name), and returns that path.
void files_write(const char *path, const void *bytes, size_t size);
void files_write_text(const char *path, const char *text);
const char *files_make(const char *name, const char *text);

// Waits until the file has settled (file_stamp.h).
void files_settle(const char *path);

// A file in memory that holds these bytes; the descriptor is open for reading and writing, at the end.
int files_open_memory(const void *bytes, size_t size);

// The content of a file, NUL-terminated; valid until the next call. "" if there is no such file.
const char *files_read(const char *path);

// Removes the directory with its content; the next use makes a new one. A teardown function of cmocka: always 0.
int files_remove(void **state);
