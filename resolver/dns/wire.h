// SPDX-License-Identifier: MIT
// The parts of a DNS message (RFC 1035 4.1): header, records, EDNS options, and data with names uncompressed.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/cursor.h"
#include "resolver/dns/message.h"

// As in the message, in the order there.
struct wire_header {
	uint16_t id, flags, questions, answers, authorities, additionals;
};

// The opcode in the header's flags.
static inline unsigned wire_opcode(uint16_t flags)
{
	return (flags & FLAG_OPCODE) >> 11;
}

// Read at the cursor; errors set cursor->failed. Of a header that is not whole, what is missing is 0.
struct wire_header wire_header(struct cursor *cursor);
void wire_skip_questions(struct cursor *cursor, const struct wire_header *header);

// Returns whether the question is well-formed, and its name uncompressed: no name precedes it, so a pointer would refer
// to the header, whose bytes could in turn point to records that are changed later (TTLs, case). A malformed one sets
// cursor->failed, and *out to zeros.
bool wire_question(struct cursor *cursor, struct question *out);

// A record without its data.
struct wire_record {
	struct name owner;
	uint16_t type, class;
	uint32_t ttl;              // as received: see wire_ttl
	size_t data, data_length;  // offset in the message, and bytes
};

// Reads a record and moves the cursor after its data; errors set cursor->failed. What is missing is then 0.
void wire_record(struct cursor *cursor, struct wire_record *record);

// The same from behind the owner, which it leaves alone.
void wire_fields(struct cursor *cursor, struct wire_record *record);

// EDNS option codes (IANA registry) that are read or written here.
enum {
	OPTION_NSID = 3,             // RFC 5001
	OPTION_SUBNET = 8,           // RFC 7871
	OPTION_COOKIE = 10,          // RFC 7873
	OPTION_KEEPALIVE = 11,       // RFC 7828
	OPTION_PADDING = 12,         // RFC 7830
	OPTION_EXTENDED_ERROR = 15,  // RFC 8914
};

#define EDNS_DNSSEC_OK 0x8000  // of the OPT record's 16 flags (RFC 3225 3)

// Moves the cursor from the start of a message to its first record. Returns the header's number of records, all
// sections.
size_t wire_go_to_records(struct cursor *cursor);

// Sets *options to the options of the message's first OPT record (RFC 6891 6.1.2), for wire_option. False if there is
// no OPT record.
bool wire_options(const uint8_t *message, size_t size, struct cursor *options);

// Reads the next option. Returns its data of *length bytes, in the message. NULL after the last option, and, with
// options->failed set, for a truncated one.
const uint8_t *wire_option(struct cursor *options, uint16_t *code, uint16_t *length);

// 16 bits, big-endian.
static inline uint16_t wire_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

// Writes 16 bits, big-endian. Returns the address after them.
static inline uint8_t *wire_put_u16(uint8_t *out, unsigned value)
{
	out[0] = (uint8_t)(value >> 8);
	out[1] = (uint8_t)value;
	return out + 2;
}

// The TTL in seconds; 0 if the high bit is set (RFC 2181 8).
static inline uint32_t wire_ttl(const struct wire_record *record)
{
	return record->ttl & 0x80000000u ? 0 : record->ttl;
}

// Enough for every type with compressible names: SOA has two names and 20 bytes, NAPTR a name and three strings.
#define WIRE_DATA_MAX (3 * 256 + NAME_WIRE_SIZE + 8)

struct wire_data {
	size_t length;
	uint8_t bytes[WIRE_DATA_MAX];
};

// The record's data with names uncompressed, *length bytes: a pointer into the message if they need no change, else
// into *room. NULL if they are invalid for the type.
const uint8_t *wire_data(
	const struct cursor *message, const struct wire_record *record, struct wire_data *room, size_t *length);
