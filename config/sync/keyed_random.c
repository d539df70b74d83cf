// SPDX-License-Identifier: MIT
#include "config/sync/keyed_random.h"

#include <stdatomic.h>
#include <string.h>

#include "config/base/compiler.h"
#include "config/base/random.h"
#include "config/sync/forks.h"

static _Atomic uint64_t key[2];
static atomic_uint key_owner;    // forks_count of the process that drew the key, plus 1; 0: there is no key
static _Atomic uint64_t halves;  // that threads have taken: see count_draw

static uint64_t rotate(uint64_t word, unsigned bits)
{
	return word << bits | word >> (64 - bits);
}

static void mix(uint64_t v[4], unsigned rounds)
{
	for (; rounds; rounds--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] = rotate(v[0], 32) + v[3];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] = rotate(v[2], 32);
	}
}

uint64_t keyed_random_hash(const uint64_t used[2], uint64_t first, uint64_t second)
{
	const uint64_t words[] = {first, second, UINT64_C(16) << 56};  // the last: the length
	uint64_t v[] = {used[0] ^ UINT64_C(0x736f6d6570736575), used[1] ^ UINT64_C(0x646f72616e646f6d),
		used[0] ^ UINT64_C(0x6c7967656e657261), used[1] ^ UINT64_C(0x7465646279746573)};
	for (size_t i = 0; i < 3; i++) {
		v[3] ^= words[i];
		mix(v, 2);
		v[0] ^= words[i];
	}
	v[2] ^= 0xff;
	mix(v, 4);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

// Of two threads that draw at once either may store a word last: the key is as random.
COLD static bool draw_key(unsigned owner)
{
	uint64_t drawn[2];
	if (!random_draw(drawn, sizeof(drawn)))
		return false;
	key[0] = drawn[0];
	key[1] = drawn[1];
	key_owner = owner;
	return true;
}

// Returns a number that no thread has got: the upper half is one thread's own, the lower half counts from 1. A thread
// takes another upper half after 2^32 numbers, and if a signal handler draws while it takes one. No memory that other
// threads write is used in between.
static uint64_t count_draw(void)
{
	static __thread _Atomic uint64_t next;
	if (!(uint32_t)next)
		next = (atomic_fetch_add(&halves, 1) + 1) << 32 | 1;
	return atomic_fetch_add(&next, 1);
}

bool keyed_random_draw(void *bytes, size_t size, int64_t now)
{
	const unsigned owner = forks_count() + 1;
	if (key_owner != owner && !draw_key(owner))
		return false;
	const uint64_t used[] = {key[0], key[1]};
	for (size_t at = 0; at < size; at += sizeof(uint64_t)) {
		const uint64_t number = keyed_random_hash(used, count_draw(), (uint64_t)now);
		const size_t left = size - at;
		memcpy((uint8_t *)bytes + at, &number, left < sizeof(number) ? left : sizeof(number));
	}
	return true;
}
