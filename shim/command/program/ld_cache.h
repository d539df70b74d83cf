// SPDX-License-Identifier: MIT
// Where the dynamic loader's cache has libraries: ld.so.cache(5)'s file, which ldconfig(8) writes. The file is not
// trusted.
#pragma once

#include <stddef.h>

struct ld_cache {
	char *bytes;   // the whole file; NULL: none, or none that can be read
	size_t start;  // where the newer format begins, which its strings are counted from
	size_t count;  // of entries
	size_t size;
};

// Reads the file at path. One that is missing or of another format is an empty cache.
void ld_cache_open(const char *path, struct ld_cache *out);

// The path of a library of that name, for any machine; the next one with each call, NULL behind the last. *at is 0 at
// first. Those for some processors only (glibc-hwcaps) are passed over: what they call is what the one for all calls.
// Borrowed.
const char *ld_cache_next(const struct ld_cache *cache, const char *name, size_t *at);

// Accepts one that was never filled (all zero).
void ld_cache_close(struct ld_cache *cache);
