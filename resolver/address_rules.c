// SPDX-License-Identifier: MIT
#include "resolver/address_rules.h"

#include <limits.h>
#include <string.h>

#include "config/base/array.h"

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
	{{[10] = 0xff, 0xff, 169, 254}, ADDRESS_RULES_IPV4_BITS + 16, SCOPE_LINK},
	{{[10] = 0xff, 0xff, 127}, ADDRESS_RULES_IPV4_BITS + 8, SCOPE_LINK},
	{{[10] = 0xff, 0xff}, ADDRESS_RULES_IPV4_BITS, SCOPE_GLOBAL},
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
