// SPDX-License-Identifier: MIT
// The contents of a hosts file (hosts(5)), parsed as by glibc's nss_files and indexed by name and address.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "config/base/hash_index.h"
#include "resolver/dns/message.h"

struct address;
struct host;
struct hosts_line;
struct hosts_word;

// All zero is a valid empty table, which hosts_table_clear accepts. Owns what it points to.
struct hosts_table {
	char *text;  // the file; after parsing the words of all lines, each with a NUL
	struct hosts_line *lines;
	struct hosts_word *words;  // of all lines, in order
	uint32_t line_count, word_count;
	struct hash_index names;      // of words: the first with each name
	struct hash_index addresses;  // of lines: the first with each address
};

// Parses the text (size bytes and a NUL, or NULL) of a table that has nothing else. skips_mark: skips a byte order
// mark; else it is part of the first address, as in glibc. Returns false without memory.
bool hosts_table_parse(struct hosts_table *table, size_t size, bool skips_mark);
void hosts_table_clear(struct hosts_table *table);

// These fill *out, which must be empty, as the functions of hosts.h of the same names. They return OUTCOME_FOUND,
// OUTCOME_NO_NAME, or OUTCOME_ERROR without memory; the caller clears *out in any case.
enum outcome hosts_table_find(
	const struct hosts_table *table, const char *name, sa_family_t family, bool is_multi, struct host *out);
enum outcome hosts_table_find_address(const struct hosts_table *table, const struct address *address, struct host *out);
enum outcome hosts_table_entry(const struct hosts_table *table, size_t *position, struct host *out);
