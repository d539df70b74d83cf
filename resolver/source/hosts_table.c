// SPDX-License-Identifier: MIT
#include "resolver/source/hosts_table.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/hash.h"
#include "config/base/libc_version.h"
#include "resolver/dns/host.h"

// A line with an address. Its words are consecutive strings in the text: the canonical name ("" if the line has no
// name), then the aliases.
struct hosts_line {
	struct address address;
	uint32_t words;  // offset into the text
	uint32_t word_count;
};

struct hosts_word {
	uint32_t hash;
	uint32_t text;  // offset
	uint32_t line;
	uint32_t next;  // number of the next word with this name; 0: none
	uint32_t last;  // of the first word with this name: number of the last one
};

// ---- parsing, as glibc's nss_files ----

// As ascii_take_word, for all blanks: faster, since block lists are long.
static char *take_word(char **line)
{
	char *word = *line;
	while (ascii_is_space(*word))
		word++;
	char *end = word;
	while (*end && !ascii_is_space(*end))
		end++;
	*line = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

// Accepts only strict address literals without scope.
static bool read_address(const char *word, struct address *out)
{
	return !strchr(word, '%') && address_read(word, out);
}

// Moves the words of the line, each with its NUL, to *to, which is at or before the beginning of the line. The address
// is not copied, so that there is room for the NULs. Returns their number, at least 1: an empty name.
static uint32_t gather_words(char *line, char **to)
{
	uint32_t count = 0;
	for (char *word; *(word = take_word(&line)); count++) {
		const size_t size = strlen(word) + 1;
		memmove(*to, word, size);
		*to += size;
	}
	if (count)
		return count;
	*(*to)++ = '\0';
	return 1;
}

// Adds the line unless it does not begin with an address. A comment may begin inside a word. Returns false without
// memory.
static bool add_line(struct hosts_table *table, char *text, char **to)
{
	char *comment = strchr(text, '#');
	if (comment)
		*comment = '\0';
	struct hosts_line line;
	if (!read_address(take_word(&text), &line.address))
		return true;
	struct hosts_line *lines = array_grown(table->lines, table->line_count, 1, sizeof(*lines));
	if (!lines)
		return false;
	line.words = (uint32_t)(*to - table->text);
	line.word_count = gather_words(text, to);
	table->lines = lines;
	lines[table->line_count++] = line;
	table->word_count += line.word_count;
	return true;
}

// A NUL ends a line.
static bool read_lines(struct hosts_table *table, size_t size, bool skips_mark)
{
	char *to = table->text, *at = table->text, *const text_end = at + size;
	if (skips_mark)
		at += file_skip_mark(at, &size) - at;
	while (at < text_end) {
		char *end = memchr(at, '\n', (size_t)(text_end - at));
		if (!end)
			end = text_end;
		*end = '\0';
		if (!add_line(table, at, &to))
			return false;
		at = end + 1;
	}
	return true;
}

// ---- the indexes ----

static uint32_t hash_name(const char *name)
{
	return (uint32_t)hash_text(HASH_START, name, strlen(name));
}

struct name_key {
	const char *name;
	uint32_t hash;
};

static bool has_name(const void *things, uint32_t number, const void *key)
{
	const struct hosts_table *table = things;
	const struct hosts_word *word = &table->words[number];
	const struct name_key *wanted = key;
	return word->hash == wanted->hash && ascii_equal(table->text + word->text, wanted->name);
}

static uint32_t find_name(const struct hosts_table *table, const char *name, uint32_t hash)
{
	return hash_index_find(&table->names, hash, has_name, table, &(struct name_key){name, hash});
}

static void list_words(struct hosts_table *table)
{
	struct hosts_word *word = table->words;
	for (uint32_t i = 0; i < table->line_count; i++) {
		uint32_t text = table->lines[i].words;
		for (uint32_t left = table->lines[i].word_count; left > 0; left--) {
			const char *name = table->text + text;
			*word++ = (struct hosts_word){.hash = hash_name(name), .text = text, .line = i};
			text += (uint32_t)strlen(name) + 1;
		}
	}
}

// Call it for one word after the other: this keeps the words of a name in the order of the file.
static void index_word(struct hosts_table *table, uint32_t number)
{
	struct hosts_word *words = table->words;
	const uint32_t first = find_name(table, table->text + words[number].text, words[number].hash);
	words[number].last = number;
	if (first == HASH_INDEX_NONE) {
		hash_index_put(&table->names, words[number].hash, number);
		return;
	}
	words[words[first].last].next = number;
	words[first].last = number;
}

// Gets the IPv4 address that AF_INET lookups match: as in glibc also that of ::ffff:192.0.2.1, and 127.0.0.1 for ::1.
static bool as_ipv4(const struct address *address, struct address *out)
{
	static const uint8_t ipv4_loopback[4] = {127, 0, 0, 1}, ipv6_loopback[16] = {[15] = 1};
	if (address->family == AF_INET)
		*out = *address;
	else if (address_is_mapped(address))
		*out = address_from_bytes(AF_INET, address->bytes + 12);
	else if (memcmp(address->bytes, ipv6_loopback, sizeof(ipv6_loopback)) == 0)
		*out = address_from_bytes(AF_INET, ipv4_loopback);
	else
		return false;
	return true;
}

// AF_UNSPEC gets each address unchanged.
static bool line_address(const struct hosts_line *line, sa_family_t family, struct address *out)
{
	if (family == AF_INET)
		return as_ipv4(&line->address, out);
	if (family != AF_UNSPEC && family != line->address.family)
		return false;
	*out = line->address;
	return true;
}

// Equal for all addresses that may match the same line.
static uint64_t hash_address(const struct address *address)
{
	struct address ipv4;
	const struct address *key = as_ipv4(address, &ipv4) ? &ipv4 : address;
	return hash_bytes(HASH_START, key->bytes, address_length(key));
}

static bool matches_address(const void *things, uint32_t number, const void *key)
{
	const struct hosts_table *table = things;
	const struct address *address = key;
	struct address found;
	return line_address(&table->lines[number], address->family, &found) &&
		memcmp(found.bytes, address->bytes, address_length(address)) == 0;
}

// The line of 192.0.2.1 too for ::ffff:192.0.2.1.
static bool matches_mapped(const void *things, uint32_t number, const void *key)
{
	const struct hosts_table *table = things;
	const struct address *line = &table->lines[number].address, *address = key;
	const bool maps = line->family == AF_INET && address_is_mapped(address);
	return maps ? memcmp(line->bytes, address->bytes + 12, 4) == 0 : matches_address(things, number, key);
}

static bool is_address(const void *things, uint32_t number, const void *key)
{
	return address_equal(&((const struct hosts_table *)things)->lines[number].address, key);
}

// Indexes only the first line of each address: lookups return no other, and block lists have 0.0.0.0 on all lines.
static void index_address(struct hosts_table *table, uint32_t number)
{
	const struct address *address = &table->lines[number].address;
	const uint64_t hash = hash_address(address);
	if (hash_index_find(&table->addresses, hash, is_address, table, address) == HASH_INDEX_NONE)
		hash_index_put(&table->addresses, hash, number);
}

bool hosts_table_parse(struct hosts_table *table, size_t size, bool skips_mark)
{
	if (table->text && !read_lines(table, size, skips_mark))
		return false;
	if (!table->line_count)
		return true;
	table->words = malloc(table->word_count * sizeof(*table->words));
	if (!table->words || !hash_index_open(&table->names, table->word_count) ||
		!hash_index_open(&table->addresses, table->line_count))
		return false;
	list_words(table);
	for (uint32_t i = 0; i < table->word_count; i++)
		index_word(table, i);
	for (uint32_t i = 0; i < table->line_count; i++)
		index_address(table, i);
	return true;
}

void hosts_table_clear(struct hosts_table *table)
{
	free(table->text);
	free(table->lines);
	free(table->words);
	free(table->names.places);
	free(table->addresses.places);
	*table = (struct hosts_table){0};
}

// ---- lookups ----

static bool take_aliases(const struct hosts_table *table, const struct hosts_line *line, struct host *out)
{
	const char *word = table->text + line->words;
	for (uint32_t i = 1; i < line->word_count; i++) {
		word += strlen(word) + 1;
		if (!host_add_alias(out, word))
			return false;
	}
	return true;
}

// Adds a line to the result. The canonical name of a later line becomes an alias if it differs from that of the first.
static bool take_line(
	const struct hosts_table *table, const struct hosts_line *line, const struct address *address, struct host *out)
{
	const char *name = table->text + line->words;
	if (!host_add_address(out, address))
		return false;
	if (!out->name)
		return host_set_name(out, name) && take_aliases(table, line, out);
	return take_aliases(table, line, out) && (strcmp(name, out->name) == 0 || host_add_alias(out, name));
}

enum outcome hosts_table_find(
	const struct hosts_table *table, const char *name, sa_family_t family, bool is_multi, struct host *out)
{
	uint32_t number = find_name(table, name, hash_name(name));
	uint32_t last_line = UINT32_MAX;
	if (number == HASH_INDEX_NONE)
		return OUTCOME_NO_NAME;
	do {
		const struct hosts_word *word = &table->words[number];
		const struct hosts_line *line = &table->lines[word->line];
		struct address address;
		number = word->next;
		if (word->line == last_line || !line_address(line, family, &address))
			continue;
		last_line = word->line;
		if (!take_line(table, line, &address, out))
			return OUTCOME_ERROR;
	} while (number && (is_multi || !out->address_count));
	return out->address_count ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

enum outcome hosts_table_find_address(const struct hosts_table *table, const struct address *address, struct host *out)
{
	const uint32_t number = hash_index_find(&table->addresses, hash_address(address),
		libc_version_maps_hosts() ? matches_mapped : matches_address, table, address);
	if (number == HASH_INDEX_NONE)
		return OUTCOME_NO_NAME;
	return take_line(table, &table->lines[number], address, out) ? OUTCOME_FOUND : OUTCOME_ERROR;
}

enum outcome hosts_table_entry(const struct hosts_table *table, size_t *position, struct host *out)
{
	while (*position < table->line_count) {
		const struct hosts_line *line = &table->lines[(*position)++];
		struct address address;
		if (line_address(line, AF_INET, &address))
			return take_line(table, line, &address, out) ? OUTCOME_FOUND : OUTCOME_ERROR;
	}
	return OUTCOME_NO_NAME;
}
