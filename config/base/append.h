// SPDX-License-Identifier: MIT
// Appends lines to files that several processes write at the same time: log, journal.
#pragma once

#include <stddef.h>
#include <sys/types.h>

// Opens a file for append_write; the caller closes it. create: O_CREAT (mode 0666 less the umask) or 0. Never blocks on
// a FIFO. -1 with errno.
int append_open(const char *path, int create);

// Appends with one write(2), so that concurrent writers do not interleave, and returns its result. -1 with errno;
// raises neither SIGPIPE nor SIGXFSZ.
ssize_t append_write(int descriptor, const char *bytes, size_t size);
