// SPDX-License-Identifier: MIT
// DNS messages as bytes (RFC 1035 4): queries written, replies checked and read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

#define PACKET_HEADER_SIZE 12
#define PACKET_COOKIE_CLIENT 8  // bytes of a cookie that are the client's (RFC 7873 4)
#define PACKET_COOKIE_MAX 40
#define PACKET_QUERY_MAX (PACKET_HEADER_SIZE + NAME_WIRE_SIZE + 4 + 11 + 4 + PACKET_COOKIE_MAX)
#define PACKET_PLAIN_PAYLOAD 512  // of a datagram without EDNS (RFC 1035 4.2.1)
#define PACKET_EDNS_PAYLOAD 1232  // fits unfragmented everywhere (DNS Flag Day 2020; CVE-2017-12132)

enum packet_query_flags {
	PACKET_EDNS = 1,       // carry an OPT record with PACKET_EDNS_PAYLOAD (RFC 6891)
	PACKET_AD = 2,         // ask for the AD bit (RFC 6840 5.7)
	PACKET_DNSSEC_OK = 4,  // with PACKET_EDNS: ask for signatures (RFC 3225)
	PACKET_NO_RECURSION = 8,
	PACKET_CHECKING_DISABLED = 16,
};

// A DNS cookie (RFC 7873 4): 8 bytes of the client's, behind them 8 to 32 of the server's once it gave any. Size 0: no
// cookie.
struct packet_cookie {
	uint8_t size;
	uint8_t bytes[PACKET_COOKIE_MAX];
};

// A query beside its question.
struct packet_request {
	uint16_t id;
	unsigned flags;
	unsigned opcode;
	uint16_t payload;  // with PACKET_EDNS: the size that it tells; 0: PACKET_EDNS_PAYLOAD
	bool has_serial;   // an SOA record with that serial, as IXFR has it (RFC 1995 3); without a cookie
	uint32_t serial;
	const struct packet_cookie *cookie;  // with PACKET_EDNS; NULL: none
};

// Writes a query into out, which holds PACKET_QUERY_MAX bytes. Returns its length.
size_t packet_write_request(const struct question *question, const struct packet_request *request, uint8_t *out);

// Writes into out the query, which has whatever id and flags a program gave it, with another question and without any
// records; size of out and result as above.
size_t packet_write_replacement(const uint8_t *query, const struct question *question, uint8_t *out);

// Where the question of a message ends that packet_read_query or packet_is_reply accepted.
size_t packet_question_end(const struct question *question);

// Is this a reply to the query with that id and opcode: QR set, and the very question repeated (a reply that only
// reports an error may leave it out; a question with an empty name was none)? Whatever does not match is somebody
// else's, or forged, and must be ignored.
bool packet_is_reply(
	const uint8_t *message, size_t size, uint16_t id, unsigned opcode, const struct question *question);

// The last of these conditions alone, for who wants to know which of them a message breaks.
bool packet_repeats_question(const uint8_t *message, size_t size, const struct question *question);

// Does a reply that packet_is_reply accepted repeat this name letter by letter, in upper and lower case?
bool packet_repeats_case(const uint8_t *message, size_t size, const struct name *name);

// Writes name over sent, the same name in another case, in the question and wherever an owner is written out, so that
// whoever reads the message (size bytes, header included) sees what the program asked for.
void packet_restore_case(uint8_t *message, size_t size, const struct name *sent, const struct name *name);

// The cookie that a reply carries, of several the first (RFC 7873 5.3); its size is 0 where it has a length that no
// cookie has. False for a message without one.
bool packet_find_cookie(const uint8_t *message, size_t size, struct packet_cookie *cookie);

// What a query asks, as somebody else wrote it; a question with an empty name where it has none. False for what is no
// query.
bool packet_read_query(const uint8_t *message, size_t size, uint16_t *id, unsigned *opcode, struct question *question);

// Makes a reply to the question of what is in answer: header, question and the three sections, names uncompressed. What
// would pass 65535 bytes is left out, and TC says so of the answer section. Allocated; NULL without memory.
uint8_t *packet_write_reply(const struct answer *answer, const struct question *question, uint16_t id, size_t *size);

// The header of a reply that packet_is_reply accepted.
bool packet_is_truncated(const uint8_t *message);

// Reads a reply that packet_is_reply accepted: its outcome, codes, the records of its answer section and a copy of
// the message, which the caller clears. False with *out untouched and errno EBADMSG for a malformed one, ENOMEM
// without memory. Takes time linear in size, whatever the message holds.
bool packet_read(const uint8_t *message, size_t size, const struct question *question, struct answer *out);

enum packet_section { PACKET_ANSWERS, PACKET_AUTHORITIES, PACKET_ADDITIONALS };

// Reads the records of class IN of one section of a message, names uncompressed, as far as it is well-formed, into
// *out, an answer of records alone, which the caller clears. False without memory, with *out empty.
bool packet_read_section(const uint8_t *message, size_t size, enum packet_section section, struct answer *out);

// The same for a program that reads the message itself, malformed or not: only header and message are kept. False
// without memory.
bool packet_keep(const uint8_t *message, size_t size, struct answer *out);

// Takes so many seconds off the TTL of each record but OPT, as far as there are any left.
void packet_count_down(uint8_t *message, size_t size, uint32_t seconds);

// Gives each record but OPT that TTL.
void packet_set_ttl(uint8_t *message, size_t size, uint32_t ttl);

// Sets TC in the header.
void packet_set_truncated(uint8_t *message);

// Lets a reply say that it holds no records, and that this was the question, whatever type was asked for.
void packet_strip_reply(uint8_t *message, size_t size, const struct question *question);
