// SPDX-License-Identifier: MIT
#include "resolver/source/hosts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/file_stamp.h"
#include "config/base/hash.h"
#include "config/sync/snapshot.h"
#include "resolver/dns/host.h"

#define NOTHING UINT32_MAX  // end of a chain

// A line with an address. Its words are consecutive strings in the text: the canonical name ("" if the line has no
// name), then the aliases.
struct hosts_line {
	uint8_t bytes[16];
	uint8_t family;
	uint32_t words;  // offset into the text
	uint32_t word_count;
};

// A word of a line, in the index of names.
struct hosts_word {
	uint32_t hash;
	uint32_t text;  // offset
	uint32_t line;
	uint32_t next;
};

// A hash table: the chain of a name or an address begins at at[hash & mask].
struct heads {
	uint32_t *at;
	uint32_t mask;
};

// The contents of the file; immutable except for is_young.
struct table {
	struct file_stamp stamp;
	atomic_bool is_young;  // changed so shortly before it was read that a further change may not change the stamp
	bool is_missing;       // the file is missing or unreadable
	uint64_t checksum;     // of the file, to detect such a change
	char *text;
	size_t text_size;
	struct hosts_line *lines;
	uint32_t line_count;
	uint32_t word_count;
	struct hosts_word *words;  // of all lines, in order
	struct heads by_name;      // first word of a chain
	struct heads by_address;   // first line of a chain, continued in next_address
	uint32_t *next_address;
};

struct hosts {
	char *path;
	bool is_required;
	_Atomic int64_t next_look;  // file_stamp_is_due
	struct snapshot snapshot;   // of struct table
};

static void table_free(void *value)
{
	struct table *table = value;
	free(table->text);
	free(table->lines);
	free(table->words);
	free(table->by_name.at);
	free(table->by_address.at);
	free(table->next_address);
	free(table);
}

// ---- the file ----

// Reads the text. If the file is missing or unreadable, the table stays empty; returns false with errno instead if
// memory or descriptors are short, and always if the user named the file.
static bool table_read_file(struct table *table, const struct hosts *hosts)
{
	table->is_missing = true;
	if (!table->stamp.is_regular && !(hosts->is_required && !table->stamp.exists))
		return true;
	if (file_read(hosts->path, HOSTS_SIZE_MAX, &table->text, &table->text_size) != 0)
		return !hosts->is_required && !file_is_shortage(errno);
	table->is_missing = false;
	table->checksum = hash_bytes(HASH_START, table->text, table->text_size);
	return true;
}

// Returns a table with the text, not yet parsed; or NULL with errno.
static struct table *table_open(const struct hosts *hosts, const struct file_stamp *stamp)
{
	struct table *table = calloc(1, sizeof *table);
	if (!table)
		return NULL;
	table->stamp = *stamp;
	table->is_young = stamp->is_young;
	if (table_read_file(table, hosts))
		return table;
	const int reason = errno;
	table_free(table);
	errno = reason;
	return NULL;
}

// ---- parsing, as glibc's nss_files ----

static char *skip_blanks(char *at, const char *end)
{
	while (at < end && ascii_is_space(*at))
		at++;
	return at;
}

static char *skip_word(char *at, const char *end)
{
	while (at < end && !ascii_is_space(*at))
		at++;
	return at;
}

// A comment may begin inside a word. A NUL ends the line.
static char *line_content_end(char *line, char *end)
{
	end = line + strnlen(line, (size_t)(end - line));
	char *comment = memchr(line, '#', (size_t)(end - line));
	return comment ? comment : end;
}

// Moves the words of [at, end), each with a terminating NUL, to *to, which is at or before the beginning of the line.
// The address is not copied, so that there is room for the NULs.
static uint32_t gather_words(char *at, const char *end, char **to)
{
	uint32_t count = 0;
	for (at = skip_blanks(at, end); at < end; at = skip_blanks(at, end)) {
		char *word = at;
		at = skip_word(at, end);
		const size_t length = (size_t)(at - word);
		memmove(*to, word, length);
		(*to)[length] = '\0';
		*to += length + 1;
		count++;
	}
	if (count == 0) {
		*(*to)++ = '\0';
		return 1;
	}
	return count;
}

// Parses a line. Accepts only strict address literals without scope; returns false for other lines.
static bool read_line(char *line, char *end, const char *text, char **to, struct hosts_line *out)
{
	char *address = skip_blanks(line, end);
	char *address_end = skip_word(address, end);
	if (address == address_end)
		return false;
	char kept[INET6_ADDRSTRLEN];
	const size_t length = (size_t)(address_end - address);
	if (length >= sizeof kept)
		return false;
	memcpy(kept, address, length);
	kept[length] = '\0';
	out->family = memchr(kept, ':', length) ? AF_INET6 : AF_INET;
	if (inet_pton(out->family, kept, out->bytes) != 1)
		return false;
	out->words = (uint32_t)(*to - text);
	out->word_count = gather_words(address_end, end, to);
	return true;
}

static bool table_add_line(struct table *table, const struct hosts_line *line)
{
	struct hosts_line *lines = array_grown(table->lines, table->line_count, 1, sizeof *lines);
	if (!lines)
		return false;
	table->lines = lines;
	table->lines[table->line_count++] = *line;
	table->word_count += line->word_count;
	return true;
}

// Without has_mark a byte order mark is part of the first address, as in glibc.
static bool table_read_lines(struct table *table, bool has_mark)
{
	char *to = table->text;
	if (!table->text)
		return true;
	char *text_end = table->text + table->text_size;
	size_t size = table->text_size;
	if (has_mark)
		file_skip_mark(table->text, &size);
	for (char *at = text_end - size; at < text_end;) {
		char *end = memchr(at, '\n', (size_t)(text_end - at));
		if (!end)
			end = text_end;
		struct hosts_line line = {0};
		if (read_line(at, line_content_end(at, end), table->text, &to, &line) && !table_add_line(table, &line))
			return false;
		at = end + 1;
	}
	return true;
}

// ---- the indexes ----

static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261;  // FNV-1a
	for (; *name; name++)
		hash = (hash ^ (uint8_t)ascii_lower(*name)) * 16777619;
	return hash ^ hash >> 15;
}

static bool heads_open(struct heads *heads, uint32_t count)
{
	uint32_t size = 16;
	while (size < count)
		size *= 2;
	heads->at = malloc(size * sizeof *heads->at);
	if (!heads->at)
		return false;
	memset(heads->at, 0xff, size * sizeof *heads->at);  // NOTHING
	heads->mask = size - 1;
	return true;
}

static bool is_ipv4_mapped(const uint8_t *bytes)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(bytes, prefix, sizeof prefix) == 0;
}

static bool is_ipv6_loopback(const uint8_t *bytes)
{
	static const uint8_t loopback[16] = {[15] = 1};
	return memcmp(bytes, loopback, sizeof loopback) == 0;
}

// As glibc, AF_INET also matches ::ffff:192.0.2.1 and ::1 (as 127.0.0.1). AF_UNSPEC gets each address unchanged.
static bool line_address(const struct hosts_line *line, sa_family_t family, struct address *out)
{
	static const uint8_t ipv4_loopback[4] = {127, 0, 0, 1};
	if (family == AF_UNSPEC || line->family == family)
		*out = address_from_bytes(line->family, line->bytes);
	else if (family == AF_INET && is_ipv4_mapped(line->bytes))
		*out = address_from_bytes(AF_INET, line->bytes + 12);
	else if (family == AF_INET && is_ipv6_loopback(line->bytes))
		*out = address_from_bytes(AF_INET, ipv4_loopback);
	else
		return false;
	return true;
}

// Equal for all addresses that may match the same line.
static uint32_t hash_address(sa_family_t family, const uint8_t *bytes)
{
	uint32_t parts[4] = {0};
	if (family == AF_INET)
		memcpy(&parts[3], bytes, 4);
	else
		memcpy(parts, bytes, 16);
	if (family == AF_INET6 && is_ipv4_mapped(bytes))
		parts[2] = 0;
	if (family == AF_INET6 && is_ipv6_loopback(bytes))
		parts[3] = htonl(INADDR_LOOPBACK);
	uint32_t hash = 0;
	for (int i = 0; i < 4; i++)
		hash = (hash ^ parts[i]) * 0x9e3779b1;
	return hash ^ hash >> 15;
}

// Indexes only the first line of each address: lookups return no other, and block lists have 0.0.0.0 on all lines.
static void index_address(struct table *table, uint32_t number)
{
	const struct hosts_line *line = &table->lines[number];
	uint32_t *head = &table->by_address.at[hash_address(line->family, line->bytes) & table->by_address.mask];
	for (uint32_t i = *head; i != NOTHING; i = table->next_address[i])
		if (table->lines[i].family == line->family &&
			memcmp(table->lines[i].bytes, line->bytes, sizeof line->bytes) == 0)
			return;
	table->next_address[number] = *head;
	*head = number;
}

// Inserts words from last to first, each at the head of its chain, so that chains are in the order of the file.
static void index_words(struct table *table)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < table->line_count; i++) {
		uint32_t text = table->lines[i].words;
		for (uint32_t left = table->lines[i].word_count; left > 0; left--) {
			table->words[count++] = (struct hosts_word){.hash = hash_name(table->text + text), .text = text, .line = i};
			text += (uint32_t)strlen(table->text + text) + 1;
		}
	}
	while (count > 0) {
		struct hosts_word *word = &table->words[--count];
		uint32_t *head = &table->by_name.at[word->hash & table->by_name.mask];
		word->next = *head;
		*head = count;
	}
}

static bool table_index(struct table *table)
{
	if (table->line_count == 0)
		return true;
	table->words = malloc(table->word_count * sizeof *table->words);
	table->next_address = malloc(table->line_count * sizeof *table->next_address);
	if (!table->words || !table->next_address || !heads_open(&table->by_name, table->word_count) ||
		!heads_open(&table->by_address, table->line_count))
		return false;
	index_words(table);
	for (uint32_t i = 0; i < table->line_count; i++)
		index_address(table, i);
	return true;
}

// ---- lookups ----

struct hosts *hosts_open(const char *path)
{
	struct hosts *hosts = calloc(1, sizeof *hosts);
	if (!hosts)
		return NULL;
	hosts->snapshot.dispose = table_free;
	if (path && !(hosts->path = strdup(path))) {
		free(hosts);
		return NULL;
	}
	return hosts;
}

bool hosts_require(struct hosts *hosts)
{
	hosts->is_required = true;
	struct stat status;
	return stat(hosts->path, &status) == 0;
}

bool hosts_is_gone(const struct hosts *hosts)
{
	return hosts->is_required && !file_stamp_of(hosts->path).exists;
}

void hosts_sum(const struct hosts *hosts, struct file_stamp_sum *sum)
{
	if (hosts->is_required)
		file_stamp_sum_add(sum, hosts->path, false);
}

void hosts_close(struct hosts *hosts)
{
	if (!hosts)
		return;
	snapshot_close(&hosts->snapshot);
	free(hosts->path);
	free(hosts);
}

// Returns the current contents, valid until snapshot_leave. If the file cannot be read (table_read_file), returns the
// last contents, or NULL with errno. Threads that notice a change at the same time each read the file; none waits.
static const struct table *enter_current(struct hosts *hosts)
{
	struct table *table = snapshot_enter(&hosts->snapshot);
	if (table && !table->is_young && !file_stamp_is_due(&hosts->next_look))
		return table;
	const struct file_stamp stamp = file_stamp_of(hosts->path);
	const bool looks_same = table && file_stamp_equal(&table->stamp, &stamp);
	if (looks_same && !table->is_young)
		return table;
	if (table && hosts->is_required && !file_stamp_is_outdated(&table->stamp, &stamp))
		return table;
	struct table *fresh = table_open(hosts, &stamp);
	if (!fresh)
		return table;
	if (looks_same && fresh->checksum == table->checksum) {
		table->is_young = fresh->is_young;
		table_free(fresh);
		return table;
	}
	if (table_read_lines(fresh, hosts->is_required) && table_index(fresh) && snapshot_replace(&hosts->snapshot, fresh))
		return fresh;
	table_free(fresh);
	errno = ENOMEM;
	return table;
}

static const char *next_word(const char *word)
{
	return word + strlen(word) + 1;
}

static bool add_aliases(const struct table *table, const struct hosts_line *line, struct host *out)
{
	const char *word = table->text + line->words;
	for (uint32_t i = 1; i < line->word_count; i++) {
		word = next_word(word);
		if (!host_add_alias(out, word))
			return false;
	}
	return true;
}

// Adds a line. For later lines the canonical name is added as an alias if it differs from that of the first.
static bool add_line(
	const struct table *table, const struct hosts_line *line, const struct address *address, struct host *out)
{
	const char *name = table->text + line->words;
	if (!host_add_address(out, address))
		return false;
	if (!out->name)
		return host_set_name(out, name) && add_aliases(table, line, out);
	return add_aliases(table, line, out) && (strcmp(name, out->name) == 0 || host_add_alias(out, name));
}

static enum outcome table_find(
	const struct table *table, const char *name, sa_family_t family, bool is_multi, struct host *out)
{
	if (table->line_count == 0)
		return OUTCOME_NO_NAME;

	const uint32_t hash = hash_name(name);
	uint32_t last_line = NOTHING;
	for (uint32_t i = table->by_name.at[hash & table->by_name.mask]; i != NOTHING; i = table->words[i].next) {
		const struct hosts_word *word = &table->words[i];
		if (word->hash != hash || word->line == last_line || !ascii_equal(table->text + word->text, name))
			continue;
		last_line = word->line;
		struct address address;
		if (!line_address(&table->lines[word->line], family, &address))
			continue;
		if (!add_line(table, &table->lines[word->line], &address, out))
			return OUTCOME_ERROR;
		if (!is_multi)
			break;
	}
	return out->address_count > 0 ? OUTCOME_FOUND : OUTCOME_NO_NAME;
}

// Chains are in reverse order of the file.
static const struct hosts_line *table_find_address(const struct table *table, const struct address *address)
{
	if (table->line_count == 0)
		return NULL;
	const uint32_t hash = hash_address(address->family, address->bytes);
	uint32_t first = NOTHING;
	for (uint32_t i = table->by_address.at[hash & table->by_address.mask]; i != NOTHING; i = table->next_address[i]) {
		struct address found;
		if (line_address(&table->lines[i], address->family, &found) &&
			memcmp(found.bytes, address->bytes, address_length(address)) == 0)
			first = i;
	}
	return first == NOTHING ? NULL : &table->lines[first];
}

// Ends a lookup that began with enter_current, and sets the result.
static enum outcome leave(struct hosts *hosts, enum outcome outcome, int error, struct host *found, struct host *out)
{
	snapshot_leave(&hosts->snapshot);
	if (outcome == OUTCOME_FOUND) {
		found->source = SOURCE_HOSTS;
		*out = *found;
		return OUTCOME_FOUND;
	}
	host_clear(found);
	if (outcome == OUTCOME_ERROR)
		out->error = error;
	return outcome;
}

enum outcome hosts_find(struct hosts *hosts, const char *name, sa_family_t family, bool is_multi, struct host *out)
{
	if (!hosts->path)
		return OUTCOME_NO_NAME;
	struct host found = {0};
	const struct table *table = enter_current(hosts);
	if (!table)
		return leave(hosts, OUTCOME_ERROR, errno, &found, out);
	return leave(hosts, table_find(table, name, family, is_multi, &found), ENOMEM, &found, out);
}

bool hosts_is_missing(struct hosts *hosts)
{
	if (!hosts->path)
		return true;
	const struct table *table = enter_current(hosts);
	const bool is_missing = table && table->is_missing;
	snapshot_leave(&hosts->snapshot);
	return is_missing;
}

// Returns the contents of one line, if it is not NULL.
static enum outcome leave_with_line(struct hosts *hosts, const struct table *table, const struct hosts_line *line,
	const struct address *address, struct host *out)
{
	struct host found = {0};
	enum outcome outcome = OUTCOME_NO_NAME;
	if (line)
		outcome = add_line(table, line, address, &found) ? OUTCOME_FOUND : OUTCOME_ERROR;
	return leave(hosts, outcome, ENOMEM, &found, out);
}

enum outcome hosts_find_address(struct hosts *hosts, const struct address *address, struct host *out)
{
	if (!hosts->path)
		return OUTCOME_NO_NAME;
	const struct table *table = enter_current(hosts);
	if (!table)
		return leave(hosts, OUTCOME_ERROR, errno, &(struct host){0}, out);
	return leave_with_line(hosts, table, table_find_address(table, address), address, out);
}

static const struct hosts_line *table_entry(const struct table *table, size_t *position, struct address *address)
{
	while (*position < table->line_count) {
		const struct hosts_line *line = &table->lines[(*position)++];
		if (line_address(line, AF_INET, address))
			return line;
	}
	return NULL;
}

enum outcome hosts_entry(struct hosts *hosts, size_t *position, struct host *out)
{
	if (!hosts->path)
		return OUTCOME_NO_NAME;
	struct address address;
	const struct table *table = enter_current(hosts);
	if (!table)
		return leave(hosts, OUTCOME_ERROR, errno, &(struct host){0}, out);
	return leave_with_line(hosts, table, table_entry(table, position, &address), &address, out);
}
