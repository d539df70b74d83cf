// SPDX-License-Identifier: MIT
#include "resolver/source/save_records.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/ascii.h"
#include "config/base/hash.h"
#include "config/base/rrtype.h"
#include "resolver/dns/record_text.h"

#define PROBES 8

// Slots hold hashes with the lowest bit set; 0 is an empty slot.
static bool has(const struct save_records *records, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++)
		if (atomic_load(&records->seen[(hash + i) % SAVE_RECORDS_MAX]) == (hash | 1))
			return true;
	return false;
}

static bool add(struct save_records *records, uint64_t hash)
{
	for (unsigned i = 0; i < PROBES; i++) {
		uint64_t there = 0;
		if (atomic_compare_exchange_strong(&records->seen[(hash + i) % SAVE_RECORDS_MAX], &there, hash | 1))
			return true;
		if (there == (hash | 1))
			return false;
	}
	atomic_store(&records->seen[hash % SAVE_RECORDS_MAX], hash | 1);
	return true;
}

bool save_key_read(const char *line, size_t size, struct save_key *out)
{
	enum { OWNER, TTL, CLASS, TYPE, DATA, WORDS };
	const char *const end = line + size, *words[WORDS] = {line};
	char type_text[RRTYPE_TEXT_SIZE] = "";
	uint16_t type;
	for (int i = 1; i < WORDS; i++) {
		const char *blank = memchr(words[i - 1], ' ', (size_t)(end - words[i - 1]));
		if (!blank)
			return false;
		words[i] = blank + 1;
	}
	const size_t type_size = (size_t)(words[DATA] - words[TYPE] - 1);
	if (*line == ';' || *line == ' ' || type_size >= sizeof(type_text))
		return false;
	memcpy(type_text, words[TYPE], type_size);
	if (!rrtype_read(type_text, &type))
		return false;
	uint64_t owner = HASH_START;
	for (const char *at = line; *at != ' '; at++)
		owner = hash_word(owner, (uint8_t)ascii_lower(*at));
	const bool is_single = type == RRTYPE_CNAME || type == RRTYPE_SOA || type == RRTYPE_DNAME;
	const uint64_t typed = hash_word(owner, type);
	*out = (struct save_key){
		.record = is_single ? typed : hash_bytes(typed, words[DATA], (size_t)(end - words[DATA])),
		.alias = hash_word(owner, UINT64_C(1) << 32),
		.data = hash_word(owner, UINT64_C(2) << 32),
		.is_alias = type == RRTYPE_CNAME,
		.may_join_alias = rrtype_may_join_alias(type),
	};
	return true;
}

bool save_records_add(struct save_records *records, const struct save_key *key)
{
	if (!add(records, key->record))
		return false;
	if (key->is_alias)
		add(records, key->alias);
	else if (!key->may_join_alias)
		add(records, key->data);
	return true;
}

bool save_records_add_comment(struct save_records *records, uint64_t hash)
{
	return add(records, hash);
}

bool save_records_contradict(const struct save_records *records, const struct save_key *key)
{
	return key->is_alias ? has(records, key->data) : !key->may_join_alias && has(records, key->alias);
}

bool save_records_have_name(const struct save_records *records, const struct save_key *key)
{
	return has(records, key->data) || has(records, key->alias);
}

// Adds the records of whole lines. Returns the number of bytes parsed.
static size_t learn_lines(struct save_records *records, const char *bytes, size_t size)
{
	size_t at = 0;
	for (const char *end; (end = memchr(bytes + at, '\n', size - at)); at = (size_t)(end - bytes) + 1) {
		struct save_key key;
		const size_t length = (size_t)(end - bytes) - at;
		if (length < RECORD_TEXT_SIZE && save_key_read(bytes + at, length, &key))
			save_records_add(records, &key);
	}
	return at;
}

static void forget(struct save_records *records)
{
	atomic_store(&records->learned, 0);
	atomic_store(&records->has_written, false);
	for (size_t i = 0; i < SAVE_RECORDS_MAX; i++)
		atomic_store_explicit(&records->seen[i], 0, memory_order_relaxed);
}

void save_records_learn(struct save_records *records, const char *path)
{
	const size_t size = 4 * RECORD_TEXT_SIZE;
	struct stat now;
	if (stat(path, &now) < 0)
		now = (struct stat){.st_mode = S_IFREG};
	if (now.st_size < (off_t)atomic_load(&records->learned) || (!now.st_size && atomic_load(&records->has_written)))
		forget(records);
	off_t at = (off_t)atomic_load(&records->learned);
	// Only a regular file can be read.
	if (!S_ISREG(now.st_mode) || now.st_size == at)
		return;
	int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *bytes = malloc(size);
	while (descriptor >= 0 && bytes) {
		ssize_t got = pread(descriptor, bytes, size, at);
		size_t learned = got > 0 ? learn_lines(records, bytes, (size_t)got) : 0;
		if (!learned)
			break;
		at += (off_t)learned;
	}
	atomic_store(&records->learned, (uint64_t)at);
	free(bytes);
	if (descriptor >= 0)
		close(descriptor);
}
