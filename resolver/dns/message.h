// SPDX-License-Identifier: MIT
// What a question is, what an answer is, and how a lookup can end.
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"

enum outcome {
	OUTCOME_PASS,  // of a source: not mine, ask the next one
	OUTCOME_FOUND,
	OUTCOME_NO_NAME,      // the name does not exist (NXDOMAIN)
	OUTCOME_NO_DATA,      // the name exists, but has nothing of this type
	OUTCOME_TRY_AGAIN,    // nobody gave a usable answer: timeouts, SERVFAIL, REFUSED, NOTIMP, unreachable servers
	OUTCOME_NO_RECOVERY,  // no server will ever give one: FORMERR, other codes
	OUTCOME_UNUSABLE,     // records came, but none that answers: a dangling CNAME, a loop, other owners
	OUTCOME_SYSTEM,       // the configuration hands this name to libc's own functions
	OUTCOME_ERROR,        // this machine failed: answer.error holds the errno
};

struct question {
	struct name name;
	uint16_t type;
	uint16_t class;
};

// One record of an answer. Its owner and data lie in the answer's store, see answer_owner and answer_data.
struct record {
	uint32_t ttl;  // seconds; 0 where the wire has the high bit set (RFC 2181 8)
	uint32_t owner;
	uint32_t data;
	uint16_t data_length;
	uint16_t type;
};

enum answer_source {
	SOURCE_NOBODY,
	SOURCE_LITERAL,
	SOURCE_SPECIAL,  // RFC 6761 and its kin
	SOURCE_RECORD,   // a `record` line
	SOURCE_ZONE,     // a `zone` file
	SOURCE_HOSTS,
	SOURCE_CACHE,
	SOURCE_SERVER,
	SOURCE_SYSTEM,  // libc's own functions: `nameserver system`
	SOURCE_NONE,    // `nameserver none`
	SOURCE_FAULT,   // an answer made up on purpose
};

// One answer. All zero is a valid empty one; answer_clear accepts it.
struct answer {
	enum outcome outcome;
	int error;       // errno of OUTCOME_ERROR, or of the last failure behind OUTCOME_TRY_AGAIN; else 0
	uint16_t rcode;  // with the upper bits of EDNS; RCODE_NOERROR where no packet was involved
	uint16_t flags;  // the header's second word as it came: AA 0x400, TC 0x200, RA 0x80, AD 0x20
	enum answer_source source;
	struct address server;  // of SOURCE_SERVER
	bool over_tcp;
	bool has_soa;            // the reply says by an SOA that the end of its chain is negative (RFC 2308 2)
	uint32_t lifetime;       // of a reply: seconds that it holds by its TTLs (RFC 2308 5); 0: for this lookup alone
	bool has_opt;            // the server knows EDNS (RFC 6891 7)
	bool is_lame;            // nothing, from a server that is neither authoritative nor recursive
	struct record *records;  // the answer section in its order (class IN only); owned
	size_t record_count;
	size_t authority_count, additional_count;  // of the records behind these, for a message that is made of them
	uint8_t *store;                            // owners and data of the records; owned
	size_t store_size;
	uint8_t *message;  // the whole message as the server sent it; owned; NULL where there was none
	size_t message_size;
};

void answer_clear(struct answer *answer);

// Does a reply say nothing about the name: a failure of the server, or nothing from one that does not answer for it?
bool answer_is_failure(const struct answer *answer);

// Adds one record, copying owner and data (uncompressed: names in it stand whole). False without memory; the answer
// then stays as it was.
bool answer_add(
	struct answer *answer, const struct name *owner, uint16_t type, uint32_t ttl, const void *data, size_t data_length);

// The same for the authority section, or for the additional one, which must be filled last. answer_add drops both.
bool answer_add_authority(
	struct answer *answer, const struct name *owner, uint16_t type, uint32_t ttl, const void *data, size_t data_length);
bool answer_add_additional(
	struct answer *answer, const struct name *owner, uint16_t type, uint32_t ttl, const void *data, size_t data_length);

// Views into the answer, valid until it changes.
struct name answer_owner(const struct answer *answer, const struct record *record);
bool answer_owner_is(const struct answer *answer, const struct record *record, const struct name *name);
const uint8_t *answer_data(const struct answer *answer, const struct record *record);

// The address that a record of type A or AAAA holds. False for other types.
bool answer_address(const struct answer *answer, const struct record *record, struct address *out);

// The name that a CNAME record points to. False for data that is no name.
bool answer_target(const struct answer *answer, const struct record *record, struct name *target);

// Appends the records of *more and takes over its verdict and message; *more is cleared. False without memory:
// *answer then holds OUTCOME_ERROR.
bool answer_extend(struct answer *answer, struct answer *more);

// Follows the CNAME records from the question's name to the name where the data should be; that is the question's own
// without a CNAME. visit, which may be NULL, sees each name on the way, the first and the last included, with its alias
// (NULL at the end), and ends the walk by false. False then, and for a loop or more than ANSWER_CHAIN_MAX links. The
// first CNAME record of a name counts, wherever it stands.
#define ANSWER_CHAIN_MAX 64
typedef bool chain_visitor(const struct name *name, const struct record *alias, void *context);
bool answer_walk_chain(const struct answer *answer, const struct question *question, chain_visitor *visit,
	void *context, struct name *end);
bool answer_chain_end(const struct answer *answer, const struct question *question, struct name *end);

// The same, where the end is to be asked for: of the records only those of the chain stay. False, with the answer as it
// was, also without memory.
bool answer_cut_to_chain(struct answer *answer, const struct question *question, struct name *end);

// Does a record of the question's type (any record for ANY) stand at that name?
bool answer_has_data(const struct answer *answer, const struct name *owner, uint16_t type);

// Did no server answer, or does a fault say so?
static inline bool answer_is_silence(const struct answer *answer)
{
	const bool is_made_up = answer->source == SOURCE_FAULT && answer->error == ETIMEDOUT;
	return answer->source == SOURCE_NOBODY || is_made_up;
}

const char *answer_source_word(enum answer_source source);  // "hosts", "server", ...; NULL for SOURCE_NOBODY
