// SPDX-License-Identifier: MIT
// DNS messages as bytes (RFC 1035 4): queries written, replies checked and read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

#define PACKET_HEADER_SIZE 12
#define PACKET_QUERY_MAX (PACKET_HEADER_SIZE + NAME_WIRE_SIZE + 4 + 11)
#define PACKET_EDNS_PAYLOAD 1232  // fits unfragmented everywhere (DNS Flag Day 2020; CVE-2017-12132)

enum packet_query_flags {
	PACKET_EDNS = 1,          // carry an OPT record with PACKET_EDNS_PAYLOAD (RFC 6891)
	PACKET_AD = 2,            // ask for the AD bit (RFC 6840 5.7)
	PACKET_DNSSEC_OK = 4,     // with PACKET_EDNS: ask for signatures (RFC 3225)
	PACKET_NO_RECURSION = 8,
};

// Writes a query into out, which holds PACKET_QUERY_MAX bytes. Returns its length.
size_t packet_write_query(const struct question *question, uint16_t id, unsigned flags, uint8_t *out);

// Is this a reply to the query with that id and opcode: QR set, and the very question repeated (a reply that only
// reports an error may leave it out; a question with an empty name was none)? Whatever does not match is somebody
// else's, or forged, and must be ignored.
bool packet_is_reply(const uint8_t *message, size_t size, uint16_t id, unsigned opcode,
                     const struct question *question);

// What a query asks, as somebody else wrote it; a question with an empty name where it has none. False for what is no
// query.
bool packet_read_query(const uint8_t *message, size_t size, uint16_t *id, unsigned *opcode, struct question *question);

// Makes a reply to the question of what is in answer: header, question, answer section, names uncompressed.
// Allocated; NULL without memory or where it would pass 65535 bytes.
uint8_t *packet_write_reply(const struct answer *answer, const struct question *question, uint16_t id, size_t *size);

// The header of a reply that packet_is_reply accepted.
bool packet_is_truncated(const uint8_t *message);

// Reads a reply that packet_is_reply accepted: its outcome, codes, the records of its answer section and a copy of
// the message, which the caller clears. False with *out untouched and errno EBADMSG for a malformed one, ENOMEM
// without memory. Takes time linear in size, whatever the message holds.
bool packet_read(const uint8_t *message, size_t size, const struct question *question, struct answer *out);

// The same for a program that reads the message itself, malformed or not: only header and message are kept. False
// without memory.
bool packet_keep(const uint8_t *message, size_t size, struct answer *out);

// Lets a reply say that it holds no records, and that this was the question, whatever type was asked for.
void packet_strip_reply(uint8_t *message, size_t size, const struct question *question);
