// SPDX-License-Identifier: MIT
#include "resolver/address_rules.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define TABLE(array)                            \
	{                                           \
		.rows = (array), .count = LENGTH(array) \
	}

enum { SCOPE_LINK = 2, SCOPE_SITE = 5, SCOPE_GLOBAL = 14 };  // RFC 4291 2.7

#define IPV4_BITS 96  // length of the prefix ::ffff:0:0/96 of IPv4-mapped addresses

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

const struct address_rules address_rules_default = {
	.labels = TABLE(default_labels),
	.precedences = TABLE(default_precedences),
	.scopes = TABLE(default_scopes),
};

// ---- gai.conf ----

// A table while its file is parsed.
struct table_reader {
	struct prefix_value *rows;
	size_t count;
	bool has_catch_all;
};

struct rules_reader {
	struct table_reader labels;
	struct table_reader precedences;
	struct table_reader scopes;
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

// Parses "ADDRESS[/BITS]" of the family; bits is the length of its addresses.
static bool read_prefix(char *text, int family, unsigned long bits, struct prefix_value *out)
{
	char *slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	uint8_t bytes[16];
	const bool is_read = inet_pton(family, text, bytes) == 1;
	if (slash)
		*slash = '/';
	if (!is_read || (slash && !read_number(slash + 1, bits, &bits)))
		return false;
	if (family == AF_INET6) {
		memcpy(out->prefix, bytes, sizeof bytes);
		out->bits = (unsigned)bits;
		return true;
	}
	memset(out->prefix, 0, 10);
	memset(out->prefix + 10, 0xff, 2);
	memcpy(out->prefix + 12, bytes, 4);
	out->bits = IPV4_BITS + (unsigned)bits;
	return true;
}

static bool read_scope_prefix(char *text, struct prefix_value *out)
{
	if (read_prefix(text, AF_INET, 32, out))
		return true;
	return read_prefix(text, AF_INET6, 128, out) && out->bits >= IPV4_BITS &&
		memcmp(out->prefix, address_rules_default.scopes.rows[0].prefix, IPV4_BITS / 8) == 0;
}

static bool add_row(struct table_reader *table, const struct prefix_value *row)
{
	struct prefix_value *rows = array_grown(table->rows, table->count, 1, sizeof *rows);
	if (!rows)
		return false;
	table->rows = rows;
	table->rows[table->count++] = *row;
	return true;
}

static void read_row(struct rules_reader *reader, struct table_reader *table, char *prefix, const char *value)
{
	struct prefix_value row;
	const bool is_scope = table == &reader->scopes;
	unsigned long number;
	if (!(is_scope ? read_scope_prefix(prefix, &row) : read_prefix(prefix, AF_INET6, 128, &row)))
		return;
	if (!read_number(value, INT_MAX, &number))
		return;
	row.value = (int)number;
	if (!add_row(table, &row))
		reader->no_memory = true;
	table->has_catch_all |= row.bits == (is_scope ? IPV4_BITS : 0);
}

static void read_line(struct rules_reader *reader, char *line)
{
	static const char blanks[] = " \t\n\v\f\r";
	line[strcspn(line, "#")] = '\0';
	const char *directive = ascii_take_word(&line, blanks);
	char *first = ascii_take_word(&line, blanks);
	const char *second = ascii_take_word(&line, blanks);
	if (strcmp(directive, "label") == 0)
		read_row(reader, &reader->labels, first, second);
	else if (strcmp(directive, "precedence") == 0)
		read_row(reader, &reader->precedences, first, second);
	else if (strcmp(directive, "scopev4") == 0)
		read_row(reader, &reader->scopes, first, second);
	else if (strcmp(directive, "reload") == 0)
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

// Insertion sort: the rows are few, and it is stable, so that the first of equal rows wins.
static void sort_rows(struct table_reader *table)
{
	for (size_t i = 1; i < table->count; i++) {
		const struct prefix_value row = table->rows[i];
		size_t at = i;
		for (; at > 0 && table->rows[at - 1].bits < row.bits; at--)
			table->rows[at] = table->rows[at - 1];
		table->rows[at] = row;
	}
}

static bool finish_table(struct table_reader *table, const struct prefix_table *default_table)
{
	if (table->count == 0)
		return true;
	if (!table->has_catch_all && !add_row(table, &default_table->rows[default_table->count - 1]))
		return false;
	sort_rows(table);
	return true;
}

static struct prefix_table table_or_default(const struct table_reader *table, const struct prefix_table *default_table)
{
	return table->count == 0 ? *default_table : (struct prefix_table){table->rows, table->count};
}

bool address_rules_read(const char *text, size_t size, struct address_rules *out)
{
	const struct address_rules *defaults = &address_rules_default;
	struct rules_reader *reader = calloc(1, sizeof *reader);
	char *copy = malloc(size + 1);
	if (reader && copy) {
		memcpy(copy, text, size);
		read_lines(reader, copy, size);
	}
	free(copy);
	if (!reader || !copy || reader->no_memory || !finish_table(&reader->labels, &defaults->labels) ||
		!finish_table(&reader->precedences, &defaults->precedences) ||
		!finish_table(&reader->scopes, &defaults->scopes)) {
		address_rules_clear(&(struct address_rules){.owned = reader});
		return false;
	}
	*out = (struct address_rules){
		.labels = table_or_default(&reader->labels, &defaults->labels),
		.precedences = table_or_default(&reader->precedences, &defaults->precedences),
		.scopes = table_or_default(&reader->scopes, &defaults->scopes),
		.reload = reader->reload,
		.owned = reader,
	};
	return true;
}

void address_rules_clear(struct address_rules *rules)
{
	struct rules_reader *reader = rules->owned;
	if (reader) {
		free(reader->labels.rows);
		free(reader->precedences.rows);
		free(reader->scopes.rows);
		free(reader);
	}
	*rules = (struct address_rules){.owned = NULL};
}

// ---- the rules ----

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
	uint8_t bytes[16] = {[10] = 0xff, [11] = 0xff};
	if (address->family == AF_INET)
		memcpy(bytes + 12, address->bytes, 4);
	else
		memcpy(bytes, address->bytes, 16);
	size_t i = 0;
	while (i + 1 < table->count && !has_prefix(bytes, &table->rows[i]))
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
	return address->family == AF_INET ? table_value(&rules->scopes, address) : ipv6_scope(address->bytes);
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
	const int scope = scope_of(rules, address);
	struct address_rank rank = {
		.first = (uint64_t)table_value(&rules->precedences, address),  // rule 6
		.second = (uint64_t)(INT_MAX - scope),                         // rule 8
		.family = address->family,
	};
	if (source->family == AF_UNSPEC)
		return rank;
	const bool verdicts[] = {
		true,                                                                         // rule 1
		scope == scope_of(rules, source),                                             // rule 2
		!destination->is_deprecated,                                                  // rule 3
		destination->is_home,                                                         // rule 4
		table_value(&rules->labels, address) == table_value(&rules->labels, source),  // rule 5
	};
	uint64_t bits = 0;
	for (size_t i = 0; i < LENGTH(verdicts); i++)
		bits = bits << 1 | verdicts[i];
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
