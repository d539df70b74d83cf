// SPDX-License-Identifier: MIT
#include "tests/fake/cookie.h"

#include <string.h>

#include "tests/fake/fake.h"
#include "tests/fake/rule.h"

#define SERVER_SIZE 16  // RFC 9018 4
#define FORM 1

// FNV-1a: these need not be hard to guess.
static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001B3);
	return hash;
}

static uint64_t hash_of(const struct fake_query *query, const struct fake_rule *rule)
{
	const uint32_t secret = rule->value[FAKE_COOKIE_SECRET];
	uint64_t hash = mix(UINT64_C(0xCBF29CE484222325), query->cookie, COOKIE_CLIENT_SIZE);
	hash = mix(hash, query->client.bytes, sizeof query->client.bytes);
	hash = mix(hash, query->server.bytes, sizeof query->server.bytes);
	hash = mix(hash, &query->server.port, sizeof query->server.port);
	return mix(hash, &secret, sizeof secret);
}

static size_t server_size(const struct fake_rule *rule)
{
	const size_t size = rule->has[FAKE_COOKIE_SIZE] ? rule->value[FAKE_COOKIE_SIZE] : SERVER_SIZE;
	return size < COOKIE_MAX - COOKIE_CLIENT_SIZE ? size : COOKIE_MAX - COOKIE_CLIENT_SIZE;
}

size_t fake_cookie_write(const struct fake_query *query, const struct fake_rule *rule, uint8_t out[COOKIE_MAX])
{
	const size_t size = server_size(rule);
	uint64_t hash = hash_of(query, rule);
	memcpy(out, query->cookie, COOKIE_CLIENT_SIZE);
	for (size_t i = 0; i < size; i++) {
		hash = mix(hash, "", 1);
		out[COOKIE_CLIENT_SIZE + i] = i == 0 ? FORM : (uint8_t)(hash >> 56);
	}
	return COOKIE_CLIENT_SIZE + size;
}

bool fake_cookie_is_malformed(const struct fake_query *query)
{
	const size_t size = query->cookie_size;
	const bool is_whole = size >= COOKIE_CLIENT_SIZE + COOKIE_SERVER_MIN && size <= COOKIE_MAX;
	return size != 0 && size != COOKIE_CLIENT_SIZE && !is_whole;
}

bool fake_cookie_is_right(const struct fake_query *query, const struct fake_rule *rule)
{
	uint8_t right[COOKIE_MAX];
	const size_t size = fake_cookie_write(query, rule, right);
	return size == query->cookie_size && memcmp(right, query->cookie, size) == 0;
}
