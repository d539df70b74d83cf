// SPDX-License-Identifier: MIT
// The set of records that the save file contains, as hashes: learned from the file, and added before writing.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAVE_RECORDS_MAX 16384  // a power of two

// All zero is a valid empty set. The functions are lock-free and thread-safe. A full set drops older hashes, whose
// records may then be written twice.
struct save_records {
	atomic_bool has_written;   // set by the caller: this process has written to the file
	_Atomic uint64_t learned;  // bytes of the file read so far
	_Atomic uint64_t seen[SAVE_RECORDS_MAX];
};

// The hashes of a line.
struct save_key {
	uint64_t record;  // for CNAME, DNAME and SOA without the data: an owner has only one
	uint64_t alias;   // in the set if the owner has a CNAME
	uint64_t data;    // in the set if the owner has other records
	bool is_alias;
	bool may_join_alias;  // rrtype_may_join_alias
};

// Parses a line "OWNER TTL IN TYPE DATA" as written by record_text_write, without its newline. Returns false for
// comments and other text.
bool save_key_read(const char *line, size_t size, struct save_key *out);

// Reads what this and other processes have appended to the file since the last call; forgets the old contents if the
// file has been replaced. Processes that write at the same moment may write a record twice.
void save_records_learn(struct save_records *records, const char *path);

// Adds the record. Returns false if the set has it already.
bool save_records_add(struct save_records *records, const struct save_key *key);

// Adds the hash of a comment. Returns as above.
bool save_records_add_comment(struct save_records *records, uint64_t hash);

// Returns whether the record may not coexist with those of its owner, because one of them is a CNAME.
bool save_records_contradict(const struct save_records *records, const struct save_key *key);

// Returns whether the set has any record of the owner that proves that the name exists.
bool save_records_have_name(const struct save_records *records, const struct save_key *key);
