// SPDX-License-Identifier: MIT
#include "config/sync/seqlock.h"

#include <string.h>

#include "config/base/hash.h"

#define WORDS_MAX (SEQLOCK_VALUE_MAX / 8)

static size_t words_of(size_t size)
{
	return (size + 7) / 8;
}

// Never 0, which means that nothing was written.
static uint64_t sum_of(const uint64_t *words, size_t count)
{
	return hash_bytes(HASH_START, words, count * sizeof(*words)) | 1;
}

bool seqlock_read(const seqlock_word *lock, void *value, size_t size)
{
	uint64_t words[WORDS_MAX], sum = atomic_load_explicit(&lock[0], memory_order_relaxed);
	if (!sum)
		return false;
	for (size_t i = 0; i < words_of(size); i++)
		words[i] = atomic_load_explicit(&lock[1 + i], memory_order_relaxed);
	memcpy(value, words, size);
	return sum == sum_of(words, words_of(size));
}

void seqlock_write(seqlock_word *lock, const void *value, size_t size)
{
	uint64_t words[WORDS_MAX];
	words[words_of(size) - 1] = 0;
	memcpy(words, value, size);
	for (size_t i = 0; i < words_of(size); i++)
		atomic_store_explicit(&lock[1 + i], words[i], memory_order_relaxed);
	atomic_store_explicit(&lock[0], sum_of(words, words_of(size)), memory_order_relaxed);
}
