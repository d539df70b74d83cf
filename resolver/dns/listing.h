// SPDX-License-Identifier: MIT
// A DNS message decoded into text fields for display: header, sections, EDNS options.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum listing_section {
	LISTING_QUESTION,
	LISTING_ANSWER,
	LISTING_AUTHORITY,
	LISTING_ADDITIONAL,  // without the OPT record, which fills the EDNS members below
	LISTING_SECTIONS,
};

struct listed_record {
	enum listing_section section;
	char *owner;  // absolute, with the final dot
	char *data;   // in presentation format, on one line (RFC 1035 5, RFC 3597 5); NULL in a question
	uint32_t ttl;
	uint16_t type, class;
};

struct listed_option {
	const char *word;  // its name, such as "NSID", a static string; NULL for an option without a name here
	char *text;
	uint16_t code;
};

// {0} is a valid empty listing. It owns what it points to, except the words of options.
struct listing {
	uint16_t id, flags;  // of the header, unchanged
	uint16_t rcode;      // extended RCODE: with the upper bits of OPT (RFC 6891 6.1.3)
	struct listed_record *records;
	size_t record_count;
	bool has_edns;
	uint8_t edns_version;
	bool dnssec_ok;
	uint16_t payload;               // UDP payload size of OPT
	struct listed_option *options;  // of OPT
	size_t option_count;
	bool is_truncated;    // TC is set
	bool is_malformed;    // decoding stopped at malformed_at: the listing is incomplete
	size_t malformed_at;  // byte offset
	size_t trailing;      // bytes after the last record
};

// Decodes as much of the message as is well-formed. False if out of memory, with *out = {0}. The caller calls
// listing_clear.
bool listing_read(const uint8_t *message, size_t size, struct listing *out);
void listing_clear(struct listing *listing);

// Writes the names of the header flags that are set, highest bit first, separated by spaces ("qr aa rd"), into text
// (LISTING_FLAGS_SIZE bytes). Returns text.
#define LISTING_FLAGS_SIZE 32
char *listing_write_flags(uint16_t flags, char *text);

// Writes the opcode of the header flags ("QUERY", "NOTIFY", "OPCODE7") into text (LISTING_FLAGS_SIZE bytes). Returns
// text.
char *listing_write_opcode(uint16_t flags, char *text);

// Writes a hex dump, sixteen bytes a line, each with that text before it: "0000  0a 0b ...  ..".
void listing_write_hex(const char *before, const uint8_t *bytes, size_t size, FILE *out);
