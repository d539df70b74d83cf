// SPDX-License-Identifier: MIT
// Non-cryptographic 64-bit hash; no defence against chosen input.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

// Continues `hash` with size bytes, in which the bits of `set` do not count. Also hashes the size, so that adjacent
// fields cannot be confused.
static inline uint64_t hash_masked(uint64_t hash, const void *bytes, size_t size, uint64_t set)
{
	const uint8_t *at = bytes;
	uint64_t word;
	size_t rest = size;
	for (; rest >= sizeof word; at += sizeof word, rest -= sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = hash_word(hash, word | set);
	}
	for (word = 0; rest; rest--)
		word = word << 8 | *at++;
	return hash_word(hash_word(hash, word | set), size);
}

static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
	return hash_masked(hash, bytes, size, 0);
}

// Equal for texts that differ in the case of ASCII letters alone.
static inline uint64_t hash_text(uint64_t hash, const void *text, size_t size)
{
	return hash_masked(hash, text, size, UINT64_C(0x2020202020202020));
}
