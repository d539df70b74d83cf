// SPDX-License-Identifier: MIT
#include "shim/command/program/ld_cache.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/file.h"

#define CACHE_SIZE_MAX ((size_t)64 << 20)

// The older format (sysdeps/generic/dl-cache.h of glibc), which may precede the newer one.
#define OLD_MAGIC "ld.so-1.7.0"
#define OLD_HEADER_SIZE 16
#define OLD_ENTRY_SIZE 12

#define MAGIC "glibc-ld.so.cache1.1"

struct header {
	char magic[sizeof(MAGIC) - 1];
	uint32_t count;
	uint32_t strings_size;
	uint32_t unused[5];
};

struct entry {
	int32_t flags;
	uint32_t key, value;  // string offsets relative to the header
	uint32_t os_version;
	uint64_t hardware;  // 0: for all processors
};

// The offset of the header of the newer format.
static size_t skip_old_format(const char *bytes, size_t size)
{
	uint32_t count;
	if (size < OLD_HEADER_SIZE || memcmp(bytes, OLD_MAGIC, sizeof(OLD_MAGIC) - 1) != 0)
		return 0;
	memcpy(&count, bytes + OLD_HEADER_SIZE - sizeof(count), sizeof(count));
	size_t end = OLD_HEADER_SIZE + (size_t)count * OLD_ENTRY_SIZE;
	return (end + 7) / 8 * 8;
}

static bool read_header(const struct ld_cache *cache, struct header *out)
{
	if (cache->start > cache->size || cache->size - cache->start < sizeof(*out))
		return false;
	memcpy(out, cache->bytes + cache->start, sizeof(*out));
	if (memcmp(out->magic, MAGIC, sizeof(out->magic)) != 0)
		return false;
	return out->count <= (cache->size - cache->start - sizeof(*out)) / sizeof(struct entry);
}

void ld_cache_open(const char *path, struct ld_cache *out)
{
	struct ld_cache cache = {.bytes = NULL};
	struct header header;
	*out = cache;
	if (file_read(path, CACHE_SIZE_MAX, &cache.bytes, &cache.size) != 0)
		return;
	cache.start = skip_old_format(cache.bytes, cache.size);
	if (!read_header(&cache, &header)) {
		free(cache.bytes);
		return;
	}
	cache.count = header.count;
	*out = cache;
}

// A NUL follows the file in memory.
static const char *string_at(const struct ld_cache *cache, uint32_t offset)
{
	return offset < cache->size - cache->start ? cache->bytes + cache->start + offset : "";
}

const char *ld_cache_next(const struct ld_cache *cache, const char *name, size_t *at)
{
	while (*at < cache->count) {
		struct entry entry;
		memcpy(&entry, cache->bytes + cache->start + sizeof(struct header) + *at * sizeof(entry), sizeof(entry));
		++*at;
		if (entry.hardware == 0 && strcmp(string_at(cache, entry.key), name) == 0)
			return string_at(cache, entry.value);
	}
	return NULL;
}

void ld_cache_close(struct ld_cache *cache)
{
	free(cache->bytes);
	*cache = (struct ld_cache){.bytes = NULL};
}
