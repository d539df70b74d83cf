// SPDX-License-Identifier: MIT
#include "config/sync/seqlock.h"

#include <string.h>

#include "config/base/compiler.h"
#include "config/base/hash.h"

#define WORDS_MAX (SEQLOCK_VALUE_MAX / 8)
#define WRITTEN 1  // set in every checksum, 0 before the first write

bool seqlock_read(const seqlock_word *lock, void *value, size_t size)
{
	uint64_t words[WORDS_MAX], sum = HASH_START;
	const uint64_t written = atomic_load_explicit(&lock[0], memory_order_relaxed);
	for (size_t i = 0; written && i < ARRAY_WORDS(size); i++) {
		words[i] = atomic_load_explicit(&lock[1 + i], memory_order_relaxed);
		sum = hash_word(sum, words[i]);
	}
	if (UNLIKELY(written != (sum | WRITTEN)))
		return false;
	memcpy(value, words, size);
	return true;
}

void seqlock_write(seqlock_word *lock, const void *value, size_t size)
{
	uint64_t words[WORDS_MAX], sum = HASH_START;
	words[ARRAY_WORDS(size) - 1] = 0;
	memcpy(words, value, size);
	for (size_t i = 0; i < ARRAY_WORDS(size); i++) {
		atomic_store_explicit(&lock[1 + i], words[i], memory_order_relaxed);
		sum = hash_word(sum, words[i]);
	}
	atomic_store_explicit(&lock[0], sum | WRITTEN, memory_order_relaxed);
}
