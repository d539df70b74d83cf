// SPDX-License-Identifier: MIT
// Replies put together from bytes by hand, and read. Included by tests only.
#pragma once

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "resolver/dns/packet.h"
#include "tests/older_libc.h"
#include "tests/unit/names.h"

#define MESSAGE_MAX 65535

// A reply to app.test: 26 bytes of header and question; the name app.test is at offset 12, test at 16.
#define APP "\xC0\x0C"
#define TEST "\xC0\x10"
#define A_IN "\0\1\0\1"
#define CNAME_IN "\0\5\0\1"
#define OPT_OF(ttl) "\0\0\x29\4\xD0" ttl "\0\0"
#define TTL "\0\0\0\x3C"
#define AN_A APP A_IN TTL "\0\4\xC0\0\2\1"

struct message {
	size_t size;
	uint8_t bytes[MESSAGE_MAX];
};

static struct message message;

static inline void begin(unsigned flags, unsigned type)
{
	const uint8_t start[] = {0, 1, (uint8_t)(flags >> 8), (uint8_t)flags, 0, 1, 0, 0, 0, 0, 0, 0, 3, 'a', 'p', 'p', 4,
		't', 'e', 's', 't', 0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1};
	memcpy(message.bytes, start, sizeof start);
	message.size = sizeof start;
}

static inline void add(const void *bytes, size_t size)
{
	assert_true(size <= MESSAGE_MAX - message.size);
	memcpy(message.bytes + message.size, bytes, size);
	message.size += size;
}

// Adds a literal without its final NUL.
#define PUT(literal) add(literal, sizeof(literal) - 1)

// Adds one record of the class IN, with a TTL of a minute.
static inline void add_record(const void *owner, size_t owner_size, unsigned type, const void *data, size_t size)
{
	const uint8_t head[] = {
		(uint8_t)(type >> 8), (uint8_t)type, 0, 1, 0, 0, 0, 60, (uint8_t)(size >> 8), (uint8_t)size};
	add(owner, owner_size);
	add(head, sizeof head);
	add(data, size);
}

// Adds the same record as often as there is room for it. Returns how often.
static inline unsigned fill(const void *owner, size_t owner_size, unsigned type, const void *data, size_t size)
{
	unsigned records = 0;
	while (message.size + owner_size + 10 + size <= MESSAGE_MAX) {
		add_record(owner, owner_size, type, data, size);
		records++;
	}
	return records;
}

static inline void count(unsigned answers, unsigned authorities, unsigned additionals)
{
	const unsigned counts[] = {answers, authorities, additionals};
	for (size_t i = 0; i < LENGTH(counts); i++) {
		message.bytes[6 + 2 * i] = (uint8_t)(counts[i] >> 8);
		message.bytes[7 + 2 * i] = (uint8_t)counts[i];
	}
}

static inline struct question question_of_message(unsigned type)
{
	return question_of("app.test", (uint16_t)type);
}

// Reads a copy in a block of exactly its size, so that a sanitizer detects reads beyond it.
static inline bool read_message(unsigned type, struct answer *answer)
{
	const struct question question = question_of_message(type);
	uint8_t *exact = malloc(message.size);
	assert_non_null(exact);
	memcpy(exact, message.bytes, message.size);
	errno = 0;
	const bool read = packet_read(exact, message.size, &question, answer);
	free(exact);
	return read;
}
