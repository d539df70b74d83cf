// SPDX-License-Identifier: MIT
// Unpredictable numbers without a system call for each: SipHash of a counter, with a key that the kernel drew.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fills size bytes. The key is drawn at the first call (random_draw), and anew after a fork. now, of any clock, is
// hashed too: a child that was made without fork handlers has the same key and counter, but not the same time.
// Thread-safe and async-signal-safe, without a lock. False with errno if there is no key; the bytes must not be used
// then.
bool keyed_random_draw(void *bytes, size_t size, int64_t now);

// SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of two words with the key `used`.
uint64_t keyed_random_hash(const uint64_t used[2], uint64_t first, uint64_t second);
