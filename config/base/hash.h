// SPDX-License-Identifier: MIT
// Non-cryptographic 64-bit hash; no defence against chosen input.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define HASH_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

// Continues `hash` with size bytes. Also hashes the size, so that adjacent fields cannot be confused. hash_text: equal
// for texts that differ in the case of ASCII letters alone.
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size);
uint64_t hash_text(uint64_t hash, const void *text, size_t size);
