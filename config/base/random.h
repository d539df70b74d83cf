// SPDX-License-Identifier: MIT
// Random bytes from the kernel, and a deterministic generator.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fills bytes (size, at most 256) with unpredictable data from getrandom(2), or from /dev/urandom if a seccomp filter
// forbids getrandom or the entropy pool is not initialized. Never blocks. False with errno if both fail; the bytes must
// not be used then.
bool random_draw(void *bytes, size_t size);

// splitmix64 step: deterministic, not for secrets.
static inline uint64_t random_next(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

// Puts count elements of size bytes into an order that depends on the seed alone (Fisher and Yates).
void random_shuffle(void *elements, size_t count, size_t size, uint64_t seed);
