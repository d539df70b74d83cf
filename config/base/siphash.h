// SPDX-License-Identifier: MIT
// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012).
#pragma once

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_WORDS 2

// The hash of count words. Whoever does not know the key cannot tell it from a random number.
uint64_t siphash(const uint64_t key[SIPHASH_KEY_WORDS], const uint64_t *words, size_t count);
