// SPDX-License-Identifier: MIT
// DNS messages in wire format (RFC 1035 4): validates and parses queries and replies, and changes replies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

#define PACKET_HEADER_SIZE 12
#define PACKET_COOKIE_CLIENT 8  // bytes of the client cookie (RFC 7873 4)
#define PACKET_COOKIE_MAX 40
#define PACKET_PLAIN_PAYLOAD 512  // largest UDP message without EDNS (RFC 1035 4.2.1)
#define PACKET_EDNS_PAYLOAD 1232  // avoids IP fragmentation (DNS Flag Day 2020; CVE-2017-12132)

// A DNS cookie (RFC 7873 4): the client cookie of 8 bytes, then the server cookie of 8 to 32 bytes, if known. Size 0:
// no cookie.
struct packet_cookie {
	uint8_t size;
	uint8_t bytes[PACKET_COOKIE_MAX];
};

// The offset after the question of a message that packet_read_query or packet_is_reply accepted.
size_t packet_question_end(const struct question *question);

// Is the message of size bytes a reply to the query: same id and opcode, QR set, same question? An error reply may
// have no question section; question->name.length 0 means that the query had no question. A message that does not match
// belongs to another query or is forged: ignore it (RFC 5452 9.1).
bool packet_is_reply(
	const uint8_t *message, size_t size, uint16_t id, unsigned opcode, const struct question *question);

// The last of these conditions alone, to report why a message was rejected.
bool packet_repeats_question(const uint8_t *message, size_t size, const struct question *question);

// Does a message with a question have this name there, whole and in the same upper and lower case (0x20 encoding)?
bool packet_repeats_case(const uint8_t *message, size_t size, const struct name *name);

// Reads the reply's first COOKIE option (RFC 7873 5.3). answer: what packet_read has read from it, which saves a search
// for the OPT record; {0} if nothing. *cookie has size 0 if the option's length is invalid. False if there is no such
// option.
bool packet_find_cookie(const uint8_t *message, size_t size, const struct answer *answer, struct packet_cookie *cookie);

// Reads id, opcode and question of a query that the program made. A query without a question gives name.length 0. False
// if the message is not a query.
bool packet_read_query(const uint8_t *message, size_t size, uint16_t *id, unsigned *opcode, struct question *question);

// Is a message that packet_read_query accepted a standard query, with one question, and nothing else but at most one
// OPT record? Then it has no name but that of its question.
bool packet_is_plain_query(const uint8_t *message, size_t size);

// Is TC set in a reply that packet_is_reply accepted?
static inline bool packet_is_truncated(const uint8_t *message)
{
	return message[2] & FLAG_TC >> 8;
}

// Parses a reply that packet_is_reply accepted: outcome, codes, the records of the answer section, a copy of the
// message. The caller calls answer_clear. False with *out = {0} and errno set to EBADMSG (malformed) or ENOMEM. Takes
// time linear in size for any input.
bool packet_read(const uint8_t *message, size_t size, const struct question *question, struct answer *out);

// Reads the class IN records of all sections but OPT, names uncompressed, into the sections of *out, up to the first
// malformed one. The caller calls answer_clear. False if out of memory, with *out = {0}.
bool packet_read_records(const uint8_t *message, size_t size, struct answer *out);

// Like packet_read, for a program that parses the message itself: keeps the header fields and the message, reads no
// records, and accepts malformed ones. False if out of memory.
bool packet_keep(const uint8_t *message, size_t size, struct answer *out);

// ---- changes in place, of replies that packet_is_reply accepted ----

// Replaces sent (the name with randomised case) by name (the same in the program's case) in the question and in each
// uncompressed owner name, so that the program sees the case that it asked for. size counts the header.
void packet_edit_case(uint8_t *message, size_t size, const struct name *sent, const struct name *name);

// Subtracts seconds from the TTL of each record except OPT; the result is at least 0.
void packet_edit_count_down(uint8_t *message, size_t size, uint32_t seconds);

// Sets the TTL of each record except OPT.
void packet_edit_set_ttl(uint8_t *message, size_t size, uint32_t ttl);

// Sets TC in the header.
static inline void packet_edit_set_truncated(uint8_t *message)
{
	message[2] |= FLAG_TC >> 8;
}

// Makes a reply empty: sets the record counts to 0, QDCOUNT to 1 and QTYPE to question->type. Does not shorten it.
void packet_edit_strip(uint8_t *message, size_t size, const struct question *question);
