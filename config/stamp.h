// SPDX-License-Identifier: MIT
// What a file looked like to stat(2), to tell later whether it has changed.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

// Taken before the file is read, so that a change while it is read is noticed. All zero is the stamp of no file.
struct stamp {
	bool exists;
	bool is_regular;
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified, changed;
};

// One stat(2). Keeps errno.
struct stamp stamp_of(const char *path);

bool stamp_equal(const struct stamp *one, const struct stamp *other);

// Is it time to look at a file again? Each lookup asks for several, and each look is a system call: so once in
// STAMP_PAUSE microseconds only. A change is noticed by lookups that begin that long after it. *next is 0 at first.
#define STAMP_PAUSE 10000
bool stamp_is_due(_Atomic int64_t *next);

// Was the file changed so shortly ago that another change may leave its stamp as it is?
bool stamp_is_young(const struct stamp *stamp);
