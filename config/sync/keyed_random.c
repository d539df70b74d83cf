// SPDX-License-Identifier: MIT
#include "config/sync/keyed_random.h"

#include <stdatomic.h>
#include <string.h>

#include "config/base/random.h"
#include "config/base/siphash.h"
#include "config/sync/forks.h"

static _Atomic uint64_t key[SIPHASH_KEY_WORDS];
static atomic_uint key_owner;  // forks_count of the process that drew the key, plus 1; 0: there is no key
static _Atomic uint64_t counter;

// Of two threads that draw at once either may store a word last: the key is as random.
static bool have_key(void)
{
	const unsigned owner = forks_count() + 1;
	uint64_t drawn[SIPHASH_KEY_WORDS];
	if (key_owner == owner)
		return true;
	if (!random_draw(drawn, sizeof(drawn)))
		return false;
	for (size_t i = 0; i < SIPHASH_KEY_WORDS; i++)
		key[i] = drawn[i];
	key_owner = owner;
	return true;
}

bool keyed_random_draw(void *bytes, size_t size, int64_t now)
{
	uint8_t *out = bytes;
	if (!have_key())
		return false;
	const uint64_t used[SIPHASH_KEY_WORDS] = {key[0], key[1]};
	while (size) {
		const uint64_t number = siphash(used, (const uint64_t[]){counter++, (uint64_t)now}, 2);
		const size_t part = size < sizeof(number) ? size : sizeof(number);
		memcpy(out, &number, part);
		out += part;
		size -= part;
	}
	return true;
}
