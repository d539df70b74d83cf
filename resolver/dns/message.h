// SPDX-License-Identifier: MIT
// The types that all sources of answers share: question, record, answer, and the outcome of a lookup.
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/answer_source.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"

enum outcome {
	OUTCOME_PASS,  // this source does not decide; ask the next one
	OUTCOME_FOUND,
	OUTCOME_NO_NAME,      // the name does not exist (NXDOMAIN)
	OUTCOME_NO_DATA,      // the name exists, without records of this type (RFC 2308 2.2)
	OUTCOME_TRY_AGAIN,    // no server gave a usable answer: timeout, SERVFAIL, REFUSED, NOTIMP, unreachable
	OUTCOME_NO_RECOVERY,  // permanent failure: FORMERR and other RCODEs
	OUTCOME_UNUSABLE,     // a positive reply without the data: dangling CNAME, CNAME loop, other owners
	OUTCOME_SYSTEM,       // the configuration routes this name to libc's own resolver
	OUTCOME_ERROR,        // local failure: answer.error holds the errno
};

// Bits of the header's second 16-bit word (RFC 1035 4.1.1, RFC 4035 3).
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

struct question {
	struct name name;
	uint16_t type;
	uint16_t class;
};

#define QUESTIONS_MAX 2  // questions of one name that are asked together: A and AAAA

// One record of an answer. Read its owner and data by answer_owner and answer_data.
struct record {
	uint32_t ttl;    // seconds; 0 if the high bit was set (RFC 2181 8)
	uint32_t owner;  // offset in the answer's store
	uint32_t data;   // offset in the answer's store
	uint16_t data_length;
	uint16_t type;
};

// A record by reference: owner and data (names in it uncompressed) belong to the caller.
struct record_view {
	const struct name *owner;
	uint16_t type;
	uint32_t ttl;  // seconds
	const void *data;
	size_t data_length;  // at most 65535
};

enum message_section { SECTION_ANSWER, SECTION_AUTHORITY, SECTION_ADDITIONAL };

// One answer. {0} is a valid empty answer, which answer_clear accepts.
struct answer {
	enum outcome outcome;
	int error;       // errno of OUTCOME_ERROR, or of the last failure of OUTCOME_TRY_AGAIN; else 0
	uint16_t rcode;  // extended RCODE (RFC 6891 6.1.3); RCODE_NOERROR if there was no packet
	uint16_t flags;  // header flags as received: FLAG_AA, FLAG_TC, ...
	enum answer_source source;
	struct address server;  // of SOURCE_SERVER
	bool over_tcp;
	bool has_soa;       // the authority section has an SOA: the end of the chain is negative (RFC 2308 2)
	uint32_t lifetime;  // seconds that a reply may be cached (its least TTL; RFC 2308 5); 0: not at all
	bool has_opt;       // the server supports EDNS (RFC 6891 7)
	bool is_lame;       // an empty NOERROR reply with neither AA nor RA
	uint16_t options_at, options_end;  // with has_opt: where the options of the OPT record stand in the message
	// One allocation, which records points to; the rest is in it.
	struct record *records;                    // the answer section in wire order, class IN only
	size_t record_count;                       // of the answer section
	size_t authority_count, additional_count;  // records after these, for server_reply.h
	uint8_t *store;                            // owners and data of the records, in wire format
	size_t store_size;
	uint8_t *message;  // the message as received; NULL if there was none
	size_t message_size;
	uint32_t record_room, store_room;  // records, and bytes of the store, that it has room for
};

// Frees what answer owns and sets it to {0}.
void answer_clear(struct answer *answer);

// Makes room for so many records of all sections and bytes of their store, at least those in use, and for message_size
// bytes, which become the size of the message; 0: none. All three begin and end at multiples of 8 bytes. The message
// becomes a copy of this one; NULL: the caller fills it. False if out of memory, with the answer unchanged.
bool answer_reserve(
	struct answer *answer, size_t records, size_t store_size, const uint8_t *message, size_t message_size);

// Replaces the message by a copy of this one. False if out of memory, with the answer unchanged.
bool answer_set_message(struct answer *answer, const uint8_t *message, size_t size);

// The same with a message from malloc(3), which is freed. False also if it is NULL.
bool answer_own_message(struct answer *answer, uint8_t *message, size_t size);

// Does a reply carry no information about the name: a server failure (RCODE), or a lame reply?
bool answer_is_failure(const struct answer *answer);

// Appends one record to a section and copies owner and data. Fill the sections in order: those after this one become
// empty. False if out of memory, with the records unchanged.
bool answer_add(struct answer *answer, enum message_section section, const struct record_view *record);

// Appends an A or AAAA record with TTL 0 to the answer section for each of the addresses that the question asks for:
// those of its type, with RRTYPE_ANY all. False if out of memory.
bool answer_add_addresses(
	struct answer *answer, const struct question *question, const struct address *addresses, size_t count);

// Sets the outcome of an answer with a source by its records: OUTCOME_FOUND, or OUTCOME_NO_DATA without any. If
// is_whole is false it becomes OUTCOME_ERROR with ENOMEM, without records. Returns the outcome.
enum outcome answer_finish(struct answer *answer, bool is_whole);

// A copy of the owner, and whether it equals name (case-insensitive).
struct name answer_owner(const struct answer *answer, const struct record *record);
bool answer_owner_is(const struct answer *answer, const struct record *record, const struct name *name);

// The record's data_length bytes, in the answer's store: valid until the answer changes.
const uint8_t *answer_data(const struct answer *answer, const struct record *record);

// The address in a record of type A or AAAA. False for other types.
bool answer_address(const struct answer *answer, const struct record *record, struct address *out);

// The target of a CNAME record. False if the data is not a name.
bool answer_target(const struct answer *answer, const struct record *record, struct name *target);

// Appends the records of *more and takes over its outcome, codes and message; *more is cleared. False if out of memory:
// *answer then holds OUTCOME_ERROR.
bool answer_extend(struct answer *answer, struct answer *more);

// Does the answer have a record of that owner and type (RRTYPE_ANY: of any type)?
bool answer_has_data(const struct answer *answer, const struct name *owner, uint16_t type);

// Was there no reply of a server, in fact, by an injected fault or in a recording?
static inline bool answer_has_no_reply(const struct answer *answer)
{
	const bool is_injected = answer->source == SOURCE_FAULT && answer->error == ETIMEDOUT;
	const bool is_recorded = answer->source == SOURCE_RECORDING && answer->error;
	return answer->source == SOURCE_UNSET || is_injected || is_recorded;
}
