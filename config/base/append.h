// SPDX-License-Identifier: MIT
// Lines added to files that many processes write: the log, the journal, saved answers.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// Opens the file for one append_write and is to be closed after it. With O_CREAT it is made, 0666 less the umask, where
// it is not there. -1 with errno set.
int append_open(const char *path, int create);

// Makes the file, where it is not there, with these bytes in it from the beginning: whoever opens it finds them first.
// Where the file system cannot do that, they are written as soon as it is made. False with errno set, EEXIST where it was
// there. path is absolute.
bool append_make(const char *path, const char *bytes, size_t size);

// Appends by one write(2), so that what many write does not mix. -1 with errno set, without SIGPIPE or SIGXFSZ.
ssize_t append_write(int descriptor, const char *bytes, size_t size);
