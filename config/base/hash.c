// SPDX-License-Identifier: MIT
#include "config/base/hash.h"

#include <string.h>

// The bits of `set` do not count.
static uint64_t hash_masked(uint64_t hash, const void *bytes, size_t size, uint64_t set)
{
	const uint8_t *at = bytes;
	uint64_t word;
	size_t rest = size;
	for (; rest >= sizeof word; at += sizeof word, rest -= sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = hash_word(hash, word | set);
	}
	word = 0;
	for (size_t i = 0; i < rest; i++)
		word |= (uint64_t)at[i] << 8 * i;
	return hash_word(hash_word(hash, word | set), size);
}

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
	return hash_masked(hash, bytes, size, 0);
}

uint64_t hash_text(uint64_t hash, const void *text, size_t size)
{
	return hash_masked(hash, text, size, UINT64_C(0x2020202020202020));
}
