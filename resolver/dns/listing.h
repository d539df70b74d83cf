// SPDX-License-Identifier: MIT
// A whole message as text, for people: what was asked, what came back, and what EDNS says beside it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum listing_section {
	LISTING_QUESTION,
	LISTING_ANSWER,
	LISTING_AUTHORITY,
	LISTING_ADDITIONAL,  // without OPT, which is EDNS's
	LISTING_SECTIONS,
};

struct listed_record {
	enum listing_section section;
	char *owner;  // with its final dot
	char *data;   // in presentation form, on one line (RFC 1035 5, RFC 3597 5); NULL in a question
	uint32_t ttl;
	uint16_t type, class;
};

struct listed_option {
	const char *word;  // "NSID"; NULL for one without a name
	char *text;
	uint16_t code;
};

// All zero is a valid empty one. What it points to is its own, but for words.
struct listing {
	uint16_t id, flags;  // as they came
	uint16_t rcode;      // with the upper bits of EDNS
	struct listed_record *records;
	size_t record_count;
	bool has_edns;
	uint8_t edns_version;
	bool dnssec_ok;
	uint16_t payload;
	struct listed_option *options;  // of EDNS
	size_t option_count;
	bool is_truncated;  // as its flags say
	bool is_malformed;  // from byte malformed_at on, so that what stands here is not all
	size_t malformed_at;
	size_t trailing;  // bytes behind the last record
};

// Reads as much of the message as is well-formed. False without memory, with *out empty. The caller clears it.
bool listing_read(const uint8_t *message, size_t size, struct listing *out);
void listing_clear(struct listing *listing);

// The flags of a header by their mnemonics, parted by blanks, in the order of their bits: "qr aa rd". text holds
// LISTING_FLAGS_SIZE bytes and is returned.
#define LISTING_FLAGS_SIZE 32
char *listing_write_flags(uint16_t flags, char *text);

// "QUERY", "NOTIFY", "OPCODE7": text as above.
char *listing_write_opcode(uint16_t flags, char *text);

// The bytes as lines of sixteen, "0000  0a 0b ...  ..": allocated; NULL without memory.
char *listing_write_hex(const uint8_t *bytes, size_t size);
