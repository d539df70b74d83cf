// SPDX-License-Identifier: MIT
// What a file looked like to stat(2), to tell later whether it has changed.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

// Taken before the file is read, so that a change while it is read is noticed. All zero is the stamp of no file.
struct file_stamp {
	bool exists;
	bool is_regular;
	bool is_young;  // changed less than STAMP_SETTLING before it was taken
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

// One stat(2). Keeps errno.
struct file_stamp file_stamp_of(const char *path);

bool file_stamp_equal(const struct file_stamp *one, const struct file_stamp *other);

// Is it time to look at a file again? Each lookup asks for several, and each look is a system call: so once in
// FILE_STAMP_PAUSE microseconds only. A change is noticed by lookups that begin that long after it. *next is 0 at first.
#define FILE_STAMP_PAUSE 10000
bool file_stamp_is_due(_Atomic int64_t *next);

// Microseconds for which a file must have been unchanged: until then it may still be being written, and another change
// may leave its stamp as it is, because file systems stamp with the time of the last clock tick, 10 ms apart at most.
#define STAMP_SETTLING 20000

// Is there another version of a file than the one that was read, and has it settled? A file that is gone has.
bool file_stamp_is_outdated(const struct file_stamp *read, const struct file_stamp *now);

// What several files look like now. All zero is the sum of none.
struct file_stamp_sum {
	uint64_t hash;      // digest.h
	bool is_unsettled;  // one of ours has changed within STAMP_SETTLING
	bool has_empty;     // one of ours is empty: open(2) may be cutting it, which shows in its times a little later
};

// One stat(2); path may be NULL for no file. What libc reads too counts as soon as it changes, settled or not.
void file_stamp_sum_add(struct file_stamp_sum *sum, const char *path, bool is_libcs);
