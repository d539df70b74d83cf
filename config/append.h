// SPDX-License-Identifier: MIT
// Lines added to files that many processes write: the log, the journal, saved answers.
#pragma once

#include <stddef.h>
#include <sys/types.h>

// Opens the file for one append_write and is to be closed after it; made, 0666 less the umask, where it is not there.
// -1 with errno set. With extra flags O_EXCL as in open(2).
int append_open(const char *path, int extra_flags);

// Appends by one write(2), so that what many write does not mix. -1 with errno set, without SIGPIPE or SIGXFSZ.
ssize_t append_write(int descriptor, const char *bytes, size_t size);
