// SPDX-License-Identifier: MIT
// Detects changes of files by their stat(2) values.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

// Take it before reading the file, so that a change during the reading is noticed. All zero: no file.
struct file_stamp {
	bool exists;
	bool is_regular;
	bool is_young;  // the file had changed less than STAMP_SETTLING before
	mode_t mode;
	uid_t owner;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

// The current stamp: one stat(2). Keeps errno.
struct file_stamp file_stamp_of(const char *path);

// file_read, and the stamp of the file before it was read. A file that is there and cannot be read gets its stamp
// before a second try, so that a change meanwhile is noticed; owner, mode and kind are those of what was read.
int file_stamp_read(const char *path, size_t limit, struct file_stamp *stamp, char **bytes, size_t *size);

bool file_stamp_equal(const struct file_stamp *one, const struct file_stamp *other);

// A number that changes when the file does, never 0. 0 if there is no file.
uint64_t file_stamp_version(const struct file_stamp *stamp);

// Limits checks to one in FILE_STAMP_INTERVAL microseconds, because a check costs a system call and each lookup checks
// several files. Returns true when a check is due at now, a time of clock_now or clock_tick, and sets the time of the
// next one in *next (initially 0).
#define FILE_STAMP_INTERVAL 10000
bool file_stamp_is_due(_Atomic int64_t *next, int64_t now);

// A file has settled when it has been unchanged for so many microseconds. Before that a writer may not have finished,
// and a further change may not alter the stamp: file systems use the time of the last clock tick, which is up to 10 ms
// old.
#define STAMP_SETTLING 20000

// Does now differ from the stamp of the version that was read, and has the file settled or disappeared?
bool file_stamp_is_outdated(const struct file_stamp *read, const struct file_stamp *now);

// A combined stamp of several files. All zero: of none.
struct file_stamp_sum {
	uint64_t hash;           // hash.h
	uint64_t settings_hash;  // of the files with settings alone, which are added first
	bool are_settings_unsettled;
	bool is_unsettled;  // one that libc does not read has changed within STAMP_SETTLING
	bool has_empty;     // one that libc does not read is empty: O_TRUNC sets the size slightly before the times
	bool is_stale;      // one has changed since it was read, and settled or disappeared
};

// Adds a file to *sum: one stat(2); nothing for a NULL path. read: the stamp of the version that was read; NULL: a
// change does not make *sum stale. is_libcs: libc reads the file too, so that a change counts at once, as in libc,
// settled or not. False if there is no file.
bool file_stamp_sum_add(struct file_stamp_sum *sum, const char *path, const struct file_stamp *read, bool is_libcs);
