// SPDX-License-Identifier: MIT
// Reads whole files, and resolves paths.
#pragma once

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

struct stat;

// The flags with which files are opened here, all of which no resolver uses: the supervisor of withdns --reach knows
// the library's files by them.
#define FILE_READ_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

// Reads the file at path into *bytes (*size bytes and a NUL; the caller frees it) and returns 0. -1 with errno: EISDIR
// for a directory, EINVAL for anything else but a regular file or a character device such as /dev/null, EFBIG for more
// than limit bytes. Does not block on a FIFO. Leaves no descriptor open.
int file_read(const char *path, size_t limit, char **bytes, size_t *size);

// The same, with the fstat(2) result of the opened file, before it was read, in *status: for its stamp, and to check
// its owner and mode without a race.
int file_read_with_status(const char *path, size_t limit, char **bytes, size_t *size, struct stat *status);

// close(2) that keeps errno.
void file_close(int descriptor);

// Returns whether the errno of a failed read is a shortage of descriptors or memory, which may pass.
bool file_is_shortage(int error);

// Raises the number of descriptors that this process may have open to the most that it may set, and returns that;
// RLIM_INFINITY if it cannot be read.
rlim_t file_raise_limit(void);

// Returns the text after a UTF-8 byte order mark, or bytes if there is none, and reduces *size accordingly.
const char *file_skip_mark(const char *bytes, size_t *size);

// path made absolute from directory (NULL: the working directory). Allocated; NULL with errno.
char *file_absolute_path(const char *path, const char *directory);

// file_absolute_path of a word of a directive, with a leading "~/" replaced by home (NULL or not absolute: "~/" is not
// special).
char *file_path_of_word(const char *word, const char *directory, const char *home);

// The part of path after the last slash.
const char *file_base_name(const char *path);

// The path of name, if that is not absolute, in the directory of path. Allocated; NULL with errno.
char *file_beside(const char *path, const char *name);

// open(2) with mode 0666 of a file to be written, which follows no symbolic link that another user has put into a
// sticky directory which all may write to. -1 with errno: EACCES for such a link.
int file_open_output(const char *path, int flags);

// The path of the file that path leads to, which need not exist, to be opened for writing with O_NOFOLLOW: symbolic
// links at its end are followed, except those that another user has put into a sticky directory which all may write to.
// Allocated; NULL with errno: EACCES for such a link.
char *file_follow(const char *path);
