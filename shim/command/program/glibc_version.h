// SPDX-License-Identifier: MIT
// The version of glibc that a program gets. The files are not trusted.
#pragma once

#include <stdbool.h>

// N of glibc 2.N.
struct glibc_versions {
	unsigned found, needed;
};

// Is the glibc of that dynamic loader older than the library needs, so that the loader would end every program? Reads
// the libc.so.6 in the directory of the loader. False, unless so, at little cost: for the loader of this process, and
// if it cannot be found out.
bool glibc_version_is_too_old(const char *loader, const char *library, struct glibc_versions *out);
