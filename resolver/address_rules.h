// SPDX-License-Identifier: MIT
// The destination address selection rules of RFC 6724 section 6: ranks of addresses that can be compared, by the tables
// of gai.conf(5).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "config/base/address.h"

// A destination and what the caller found out about it. This module makes no system calls.
struct destination {
	struct address address;
	struct address source;  // selected by the kernel; AF_UNSPEC: no route (unreachable)
	bool is_deprecated;     // the source address is deprecated (RFC 4862)
	bool is_home;           // the source is a home address (RFC 6275)
	bool is_native;         // the source's interface is known and not a tunnel
	uint8_t prefix_length;  // of the source's network, in bits; 0: unknown
};

struct prefix_value {
	uint8_t prefix[16];  // IPv4 as ::ffff:192.0.2.1
	unsigned bits;       // length of the prefix, 0 to 128
	int value;
};

// Sorted by prefix length, longest first. The last row matches every address, so that each lookup has a result.
struct prefix_table {
	const struct prefix_value *rows;
	size_t count;
};

enum address_table {
	ADDRESS_LABELS,
	ADDRESS_PRECEDENCES,
	ADDRESS_SCOPES,  // for IPv4 only (scopev4)
	ADDRESS_TABLES
};

// The contents of a gai.conf(5).
struct address_rules {
	struct prefix_table tables[ADDRESS_TABLES];
	bool reload;               // `reload yes`: read the file again when it changes
	struct timespec modified;  // of the file
};

extern const struct address_rules address_rules_default;

// Larger is better. Compare first, then second, then prefix; prefix only between addresses of the same family.
struct address_rank {
	uint64_t first;   // rules 1 to 6
	uint64_t second;  // rules 7 and 8
	unsigned prefix;  // rule 9
	sa_family_t family;
};

// Returns the rank of a destination by the rules.
struct address_rank address_rules_rank(const struct address_rules *rules, const struct destination *destination);

// Returns a negative number if one is to be tried first, a positive number if other is, 0 if the rules do not decide
// (rule 10: keep the order). Not transitive if a gai.conf gives IPv4 and IPv6 the same precedence, since rule 9
// compares only within a family; the default tables never do.
int address_rank_compare(const struct address_rank *one, const struct address_rank *other);

// Number of leading bits that two addresses of the same family have in common.
unsigned address_rules_common_bits(const struct address *one, const struct address *other);

// Parses the text of a gai.conf (size bytes and a NUL), which is changed, as glibc does: a table with at least one row
// replaces the default table, invalid lines are ignored. Returns false without memory, with *out unchanged. Free the
// result with address_rules_clear, which also accepts a zeroed structure.
bool address_rules_read(char *text, size_t size, struct address_rules *out);
void address_rules_clear(struct address_rules *rules);

// Returns the rules of /etc/gai.conf, valid until address_rules_leave; the default rules if it is missing, unreadable,
// or without memory. Reads the file once per process, as glibc, and again after a change if it says `reload yes`.
// Thread-safe.
const struct address_rules *address_rules_enter(void);
void address_rules_leave(void);

// Reads the file if that has not been done yet.
void address_rules_prepare(void);
