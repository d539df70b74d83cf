// SPDX-License-Identifier: MIT
// Which of two addresses a program should try first: the rules of RFC 6724 section 6, as numbers to compare.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"

// What is known of one destination. Nothing here asks the system.
struct destination {
	struct address address;
	struct address source;  // that the kernel would send from; AF_UNSPEC: it would not send at all
	bool is_deprecated;     // the source is
	bool is_home;           // the source is a home address (RFC 6275)
	bool is_native;         // the source's interface is known and is no tunnel
	uint8_t prefix_length;  // of the source's network; 0 when unknown
};

struct prefix_value {
	uint8_t prefix[16];  // IPv4 as ::ffff:192.0.2.1
	unsigned bits;
	int value;
};

// The most specific rows first; the last one matches every address that is looked up.
struct prefix_table {
	const struct prefix_value *rows;
	size_t count;
};

// gai.conf(5).
struct address_rules {
	struct prefix_table labels;
	struct prefix_table precedences;
	struct prefix_table scopes;  // of IPv4 alone
	bool reload;                 // notice when the file changes
	void *owned;
};

extern const struct address_rules address_rules_default;

// Reads a gai.conf (size bytes and a NUL behind) as glibc does: a table with one row at least replaces the default
// one, lines that are wrong are skipped. False without memory. address_rules_clear frees; it accepts one that was
// never filled.
bool address_rules_read(const char *text, size_t size, struct address_rules *out);
void address_rules_clear(struct address_rules *rules);

// The larger, the better; first counts before second, and prefix only between addresses of one family (rule 9).
struct address_rank {
	uint64_t first;   // rules 1 to 6
	uint64_t second;  // rules 7 and 8
	unsigned prefix;  // rule 9
	sa_family_t family;
};

struct address_rank address_rules_rank(const struct address_rules *rules, const struct destination *destination);

// Negative when one comes first, 0 when the rules leave the order as it is (rule 10). Not transitive where a gai.conf
// puts IPv4 and IPv6 on one level, which no table of the RFC does.
int address_rank_compare(const struct address_rank *one, const struct address_rank *other);

// How many bits the two have in common. Of one family.
unsigned address_rules_common_bits(const struct address *one, const struct address *other);
