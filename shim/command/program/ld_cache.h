// SPDX-License-Identifier: MIT
// Reads the cache of the dynamic loader, which ldconfig(8) writes. The file is not trusted.
#pragma once

#include <stddef.h>

struct ld_cache {
	char *bytes;   // the whole file; NULL: it does not exist or cannot be read
	size_t start;  // offset of the newer format; string offsets count from there
	size_t count;  // of entries
	size_t size;
};

// Reads the file at path. A missing file, or one of another format, is an empty cache.
void ld_cache_open(const char *path, struct ld_cache *out);

// The path of the next library of that name, for any machine; NULL after the last. *at is 0 for the first call.
// Libraries for specific processors (glibc-hwcaps) are skipped, since they call the same functions as the generic one.
// Borrowed.
const char *ld_cache_next(const struct ld_cache *cache, const char *name, size_t *at);

// Accepts one that was never filled (all zero).
void ld_cache_close(struct ld_cache *cache);
