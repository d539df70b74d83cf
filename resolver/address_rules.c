// SPDX-License-Identifier: MIT
#include "resolver/address_rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/sync/snapshot.h"

#define PATH "/etc/gai.conf"
#define FILE_SIZE_MAX (1 << 20)
#define IPV4_BITS 96  // length of the prefix ::ffff:0:0/96 of IPv4-mapped addresses

enum { SCOPE_LINK = 2, SCOPE_SITE = 5, SCOPE_GLOBAL = 14 };  // RFC 4291 2.7

// RFC 3484 2.1 and 10.3, plus the labels that glibc adds for site-local, unique local and Teredo addresses.
static const struct prefix_value default_labels[] = {
	{{[15] = 1}, 128, 0},
	{{[10] = 0xff, [11] = 0xff}, 96, 4},
	{{0}, 96, 3},
	{{0x20, 0x01}, 32, 7},
	{{0x20, 0x02}, 16, 2},
	{{0xfe, 0xc0}, 10, 5},
	{{0xfc}, 7, 6},
	{{0}, 0, 1},
};

static const struct prefix_value default_precedences[] = {
	{{[15] = 1}, 128, 50},
	{{[10] = 0xff, [11] = 0xff}, 96, 10},
	{{0}, 96, 20},
	{{0x20, 0x02}, 16, 30},
	{{0}, 0, 40},
};

static const struct prefix_value default_scopes[] = {
	{{[10] = 0xff, 0xff, 169, 254}, IPV4_BITS + 16, SCOPE_LINK},
	{{[10] = 0xff, 0xff, 127}, IPV4_BITS + 8, SCOPE_LINK},
	{{[10] = 0xff, 0xff}, IPV4_BITS, SCOPE_GLOBAL},
};

// The tables in the order of enum address_table.
const struct address_rules address_rules_default = {
	.tables = {{default_labels, ARRAY_LENGTH(default_labels)}, {default_precedences, ARRAY_LENGTH(default_precedences)},
		{default_scopes, ARRAY_LENGTH(default_scopes)}}};

static bool has_prefix(const uint8_t *bytes, const struct prefix_value *row)
{
	const unsigned whole = row->bits / 8;
	const unsigned rest = row->bits % 8;
	if (memcmp(bytes, row->prefix, whole) != 0)
		return false;
	return rest == 0 || (bytes[whole] ^ row->prefix[whole]) >> (8 - rest) == 0;
}

static int table_value(const struct prefix_table *table, const struct address *address)
{
	const struct address mapped = address_mapped(address);
	size_t i = 0;
	while (i + 1 < table->count && !has_prefix(mapped.bytes, &table->rows[i]))
		i++;
	return table->rows[i].value;
}

static int ipv6_scope(const uint8_t *bytes)
{
	static const uint8_t loopback[16] = {[15] = 1};
	if (bytes[0] == 0xff)
		return bytes[1] & 0xf;
	if (memcmp(bytes, loopback, sizeof loopback) == 0 || (bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80))
		return SCOPE_LINK;
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0xc0 ? SCOPE_SITE : SCOPE_GLOBAL;
}

static int scope_of(const struct address_rules *rules, const struct address *address)
{
	return address->family == AF_INET ? table_value(&rules->tables[ADDRESS_SCOPES], address)
									  : ipv6_scope(address->bytes);
}

unsigned address_rules_common_bits(const struct address *one, const struct address *other)
{
	const unsigned length = address_length(one);
	for (unsigned i = 0; i < length; i++) {
		const unsigned difference = one->bytes[i] ^ other->bytes[i];
		if (difference)
			return i * 8 + (unsigned)__builtin_clz(difference) - (unsigned)(sizeof difference - 1) * 8;
	}
	return length * 8;
}

// Common bits for rule 9. For IPv4, as glibc, they count only within the network of the source; an unknown network
// counts as a /32.
static unsigned useful_bits(const struct destination *destination)
{
	const unsigned bits = address_rules_common_bits(&destination->address, &destination->source);
	if (destination->address.family == AF_INET6)
		return bits;
	return bits >= (destination->prefix_length ? destination->prefix_length : 32U) ? bits : 0;
}

struct address_rank address_rules_rank(const struct address_rules *rules, const struct destination *destination)
{
	const struct address *address = &destination->address;
	const struct address *source = &destination->source;
	const struct prefix_table *labels = &rules->tables[ADDRESS_LABELS];
	const int scope = scope_of(rules, address);
	struct address_rank rank = {
		.first = (uint64_t)table_value(&rules->tables[ADDRESS_PRECEDENCES], address),  // rule 6
		.second = (uint64_t)(INT_MAX - scope),                                         // rule 8
		.family = address->family,
	};
	if (source->family == AF_UNSPEC)
		return rank;
	const bool preferences[] = {
		true,                                                         // rule 1
		scope == scope_of(rules, source),                             // rule 2
		!destination->is_deprecated,                                  // rule 3
		destination->is_home,                                         // rule 4
		table_value(labels, address) == table_value(labels, source),  // rule 5
	};
	uint64_t bits = 0;
	for (size_t i = 0; i < ARRAY_LENGTH(preferences); i++)
		bits = bits << 1 | preferences[i];
	rank.first |= bits << 31;
	rank.second |= (uint64_t)destination->is_native << 31;  // rule 7
	rank.prefix = useful_bits(destination);
	return rank;
}

int address_rank_compare(const struct address_rank *one, const struct address_rank *other)
{
	if (one->first != other->first)
		return one->first > other->first ? -1 : 1;
	if (one->second != other->second)
		return one->second > other->second ? -1 : 1;
	if (one->family != other->family || one->prefix == other->prefix)
		return 0;
	return one->prefix > other->prefix ? -1 : 1;
}

// ---- gai.conf, read as glibc does ----

struct rules_reader {
	struct table_reader {
		struct prefix_value *rows;
		size_t count;
	} tables[ADDRESS_TABLES];
	bool reload;
	bool no_memory;
};

// As glibc (strtoul): "" is 0, leading blanks and signs are accepted.
static bool read_number(const char *text, unsigned long maximum, unsigned long *out)
{
	char *end;
	errno = 0;
	const unsigned long number = strtoul(text, &end, 10);
	if (errno == ERANGE || *end != '\0' || number > maximum)
		return false;
	*out = number;
	return true;
}

// Parses "ADDRESS[/BITS]": an IPv6 address or, for a scope, an IPv4 address, also as an IPv4-mapped one.
static bool read_prefix(char *text, bool is_scope, struct prefix_value *out)
{
	static const uint8_t mapped_prefix[IPV4_BITS / 8] = {[10] = 0xff, 0xff};
	const sa_family_t family = is_scope && !strchr(text, ':') ? AF_INET : AF_INET6;
	const unsigned long address_bits = family == AF_INET ? 32 : 128;
	unsigned long bits = address_bits;
	uint8_t bytes[16];
	char *slash = strchr(text, '/');
	if (slash)
		*slash++ = '\0';
	if (inet_pton(family, text, bytes) != 1 || (slash && !read_number(slash, address_bits, &bits)))
		return false;
	const struct address address = address_from_bytes(family, bytes), mapped = address_mapped(&address);
	memcpy(out->prefix, mapped.bytes, sizeof(out->prefix));
	out->bits = 128 - (unsigned)(address_bits - bits);
	return !is_scope || (out->bits >= IPV4_BITS && memcmp(out->prefix, mapped_prefix, sizeof(mapped_prefix)) == 0);
}

// Keeps the rows sorted. The first of equal ones wins.
static void add_row(struct rules_reader *reader, enum address_table which, const struct prefix_value *row)
{
	struct table_reader *table = &reader->tables[which];
	if (!array_append(&table->rows, &table->count, row, sizeof(*row))) {
		reader->no_memory = true;
		return;
	}
	size_t at = table->count - 1;
	for (; at > 0 && table->rows[at - 1].bits < row->bits; at--)
		table->rows[at] = table->rows[at - 1];
	table->rows[at] = *row;
}

static void read_row(struct rules_reader *reader, enum address_table which, char *prefix, const char *value)
{
	struct prefix_value row;
	unsigned long number;
	if (!read_prefix(prefix, which == ADDRESS_SCOPES, &row) || !read_number(value, INT_MAX, &number))
		return;
	row.value = (int)number;
	add_row(reader, which, &row);
}

static void read_line(struct rules_reader *reader, char *line)
{
	static const char *const directives[ADDRESS_TABLES] = {"label", "precedence", "scopev4"};
	static const char blanks[] = " \t\n\v\f\r";
	line[ascii_until(line, "#")] = '\0';
	const char *directive = ascii_take_word(&line, blanks);
	if (!*directive)
		return;
	char *first = ascii_take_word(&line, blanks);
	const char *second = ascii_take_word(&line, blanks);
	for (size_t i = 0; i < ADDRESS_TABLES; i++)
		if (strcmp(directive, directives[i]) == 0)
			read_row(reader, i, first, second);
	if (strcmp(directive, "reload") == 0)
		reader->reload = strcmp(first, "yes") == 0;
}

static void read_lines(struct rules_reader *reader, char *text, size_t size)
{
	for (char *at = text, *end; at < text + size; at = end + 1) {
		end = memchr(at, '\n', (size_t)(text + size - at));
		if (!end)
			end = text + size;
		*end = '\0';
		read_line(reader, at);
	}
}

bool address_rules_read(char *text, size_t size, struct address_rules *out)
{
	struct rules_reader reader = {.reload = false};
	struct address_rules rules = address_rules_default;
	read_lines(&reader, text, size);
	for (size_t i = 0; i < ADDRESS_TABLES; i++) {
		const struct prefix_table *by_default = &address_rules_default.tables[i];
		if (!reader.tables[i].count)
			continue;
		add_row(&reader, i, &by_default->rows[by_default->count - 1]);
		rules.tables[i] = (struct prefix_table){reader.tables[i].rows, reader.tables[i].count};
	}
	rules.reload = reader.reload;
	if (reader.no_memory)
		address_rules_clear(&rules);
	else
		*out = rules;
	return !reader.no_memory;
}

void address_rules_clear(struct address_rules *rules)
{
	for (size_t i = 0; i < ADDRESS_TABLES; i++)
		if (rules->tables[i].rows != address_rules_default.tables[i].rows)
			free((void *)rules->tables[i].rows);
	*rules = (struct address_rules){.reload = false};
}

// ---- the file ----

static void dispose(void *rules)
{
	address_rules_clear(rules);
	free(rules);
}

// Global, as the file: glibc also reads it once per process.
static struct snapshot current = {.dispose = dispose};

// Returns the default rules if the file is missing or unreadable; NULL without memory.
static struct address_rules *load(bool reload)
{
	struct address_rules *rules = malloc(sizeof *rules);
	if (!rules)
		return NULL;
	*rules = address_rules_default;
	rules->reload = reload;
	struct stat status;
	char *text;
	size_t size;
	if (file_read_with_status(PATH, FILE_SIZE_MAX, &text, &size, &status) != 0)
		return rules;
	const bool is_read = address_rules_read(text, size, rules);
	rules->modified = status.st_mtim;
	free(text);
	if (is_read)
		return rules;
	free(rules);
	return NULL;
}

const struct address_rules *address_rules_enter(void)
{
	struct address_rules *rules = snapshot_enter(&current);
	struct stat status;
	if (rules && (!rules->reload || (stat(PATH, &status) == 0 && clock_equal(rules->modified, status.st_mtim))))
		return rules;
	struct address_rules *fresh = load(rules != NULL);
	if (fresh && snapshot_replace(&current, fresh))
		return fresh;
	if (fresh)
		dispose(fresh);
	return rules ? rules : &address_rules_default;
}

void address_rules_leave(void)
{
	snapshot_leave(&current);
}

void address_rules_prepare(void)
{
	if (!snapshot_is_empty(&current))
		return;
	address_rules_enter();
	address_rules_leave();
}
