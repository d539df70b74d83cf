// SPDX-License-Identifier: MIT
// The parts of a message as they stand in it (RFC 1035 4.1): header, records, and what their data say with names whole.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/name.h"
#include "resolver/dns/cursor.h"

enum {
	FLAG_QR = 0x8000,
	FLAG_OPCODE = 0x7800,
	FLAG_AA = 0x0400,
	FLAG_TC = 0x0200,
	FLAG_RD = 0x0100,
	FLAG_RA = 0x0080,
	FLAG_AD = 0x0020,
	FLAG_CD = 0x0010,
	FLAG_RCODE = 0x000f,
};

struct wire_header {
	uint16_t id, flags, questions, answers, authorities, additionals;
};

struct wire_header wire_header(struct cursor *cursor);
void wire_skip_questions(struct cursor *cursor, const struct wire_header *header);

// A record whose data have not been read yet.
struct wire_record {
	struct name owner;
	uint16_t type, class;
	uint32_t ttl;              // as it came: see wire_ttl
	size_t data, data_length;  // where they are in the message
};

void wire_record(struct cursor *cursor, struct wire_record *record);

// The options of a message's OPT record, of several the first's (RFC 6891 6.1.2): *options stands before the first one
// and ends behind the last one. False for a message without OPT.
bool wire_options(const uint8_t *message, size_t size, struct cursor *options);

// Reads the next of these options: its data, with code and length. NULL behind the last one, and where it is not whole,
// when options->failed is set.
const uint8_t *wire_option(struct cursor *options, uint16_t *code, uint16_t *length);

// Seconds (RFC 2181 8).
static inline uint32_t wire_ttl(const struct wire_record *record)
{
	return record->ttl & 0x80000000u ? 0 : record->ttl;
}

// Room for the types that hold names: SOA has two and 20 bytes, NAPTR one and three strings.
#define WIRE_DATA_MAX (3 * 256 + NAME_WIRE_SIZE + 8)

struct wire_data {
	size_t length;
	uint8_t bytes[WIRE_DATA_MAX];
};

// The data of a record with the names in them uncompressed, and their length: in the message itself, or in *room. NULL
// where they are not what their type has.
const uint8_t *wire_data(
	const struct cursor *message, const struct wire_record *record, struct wire_data *room, size_t *length);
