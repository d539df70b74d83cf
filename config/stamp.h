// SPDX-License-Identifier: MIT
// What a file looked like to stat(2), to tell later whether it has changed.
#pragma once

#include <stdbool.h>
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

// Was the file changed so shortly ago that another change may leave its stamp as it is?
bool stamp_is_young(const struct stamp *stamp);
