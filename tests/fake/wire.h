// SPDX-License-Identifier: MIT
// DNS messages as bytes (RFC 1035 4), independent of the resolver's code: a bug there is not repeated here.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fake_query;
struct name;

#define WIRE_HEADER_SIZE 12
#define WIRE_MESSAGE_MAX 65535
#define WIRE_OPT_SIZE 11  // without options
#define WIRE_OPTION_COOKIE 10
#define WIRE_OPTION_ERROR 15

#define WIRE_QR 0x8000
#define WIRE_AA 0x0400
#define WIRE_TC 0x0200
#define WIRE_RD 0x0100
#define WIRE_RA 0x0080
#define WIRE_AD 0x0020
#define WIRE_CD 0x0010

enum wire_result {
	WIRE_OK,
	WIRE_IGNORE,  // too short for a header, or itself a reply
	WIRE_FORMERR,
	WIRE_NOTIMP,  // another opcode
};

// Fills id and flags of *out unless the result is WIRE_IGNORE, and the question and EDNS as far as they could be read.
enum wire_result fake_wire_read_query(const uint8_t *bytes, size_t size, struct fake_query *out);

// A message under construction. Data beyond limit is not written, and sets full.
struct fake_writer {
	uint8_t *bytes;
	size_t size, limit;
	bool full;
	uint16_t names[32];  // offsets of labels that later names may point to
	unsigned name_count;
};

struct fake_record;

void fake_writer_u16(struct fake_writer *writer, unsigned value);
void fake_writer_u32(struct fake_writer *writer, uint32_t value);
void fake_writer_bytes(struct fake_writer *writer, const void *bytes, size_t size);
// Compressed against the names before it (RFC 1035 4.1.4).
void fake_writer_name(struct fake_writer *writer, const uint8_t *wire);
// A whole record, or nothing and full. Returns the offset of its RDLENGTH, 0 when it did not fit.
size_t fake_writer_record(
	struct fake_writer *writer, const struct name *owner, const struct fake_record *record, uint32_t ttl);
void fake_writer_opt(
	struct fake_writer *writer, unsigned payload, unsigned rcode, unsigned flags, const uint8_t *options, size_t size);
void fake_writer_put_u16(struct fake_writer *writer, size_t offset, unsigned value);
