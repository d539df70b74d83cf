// SPDX-License-Identifier: MIT
// A number that tells values apart; no secret, and none against who chooses the values.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DIGEST_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t digest_word(uint64_t digest, uint64_t word)
{
	digest = (digest ^ word) * UINT64_C(0x100000001b3);
	return digest ^ digest >> 32;
}

// Goes on from a digest of what stands before. The size goes in as a word of its own, so that no other bytes can stand for it.
static inline uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;
	uint64_t word;
	size_t rest = size;
	for (; rest >= sizeof word; at += sizeof word, rest -= sizeof word) {
		memcpy(&word, at, sizeof word);
		digest = digest_word(digest, word);
	}
	word = 0;
	if (rest)
		memcpy(&word, at, rest);
	return digest_word(digest_word(digest, word), size);
}
