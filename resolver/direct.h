// SPDX-License-Identifier: MIT
// One exchange with one server: no retry, no fallback to TCP, no search list, no cache; and zone transfers (RFC 5936,
// RFC 1995).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

struct direct_options {
	bool stream;        // use TCP; transfers always do
	bool no_recursion;  // clear RD
	bool ad, checking_disabled;
	bool edns;         // add an OPT record (RFC 6891)
	bool dnssec_ok;    // set DO; implies edns
	uint16_t payload;  // UDP payload size in OPT; not 0 implies edns; 0: 1232
	unsigned opcode;
	bool mismatches;       // accept the first message even if it is not a reply to the query
	unsigned timeout_ms;   // for the reply; in a transfer for each message
	unsigned transfer_ms;  // for a whole transfer; 0: ten minutes
	uint32_t serial;       // in an IXFR query: the version that the client has
};

// A zeroed structure is a valid empty reply.
struct direct_reply {
	struct address server;
	bool over_tcp;
	uint8_t *query;  // as sent; owned; NULL without memory
	size_t query_size;
	uint8_t *message;  // as received, 0 to 65535 bytes; owned; NULL: none was received
	size_t size;
	int64_t microseconds;  // until the message came or the wait ended
	bool is_reply;         // QR is set and the opcode is that of the query
	bool id_matches;
	bool question_matches;  // the same question, ignoring case; or no question, in an error reply
	size_t passed_over;     // messages discarded because they were not replies to the query
	int error;              // 0 or an errno: ETIMEDOUT, ECONNREFUSED, EPIPE (the server closed the stream early), ...
};

// Frees what the reply owns and zeroes it.
void direct_reply_clear(struct direct_reply *reply);

// Sends one query and waits for its reply. Returns false if no message was received; out->error then says why. *out is
// always filled, and the caller clears it. Thread-safe.
bool direct_ask(const struct address *server, const struct question *question, const struct direct_options *options,
	struct direct_reply *out);

#define DIRECT_TEXT_SIZE 256

struct direct_transfer_result {
	size_t messages, records;  // received and well-formed; records of the answer sections, both SOAs included
	uint64_t bytes;            // of these messages
	uint32_t serial;           // of the zone, from its first SOA
	bool is_incremental;       // the server sent differences (RFC 1995), not the whole zone
	uint16_t rcode;            // of the last message
	int64_t microseconds;
	int error;                    // 0 or errno
	char text[DIRECT_TEXT_SIZE];  // the error and the progress made so far, one line; "": no error
};

// Receives each message of a transfer, or the reply that refuses it, borrowed for the call. Return false to stop.
typedef bool direct_message_callback(void *context, const uint8_t *message, size_t size);

// Transfers a zone: question's type is AXFR, or IXFR for the changes since options->serial (the server may send the
// whole zone instead, or a single SOA if nothing changed, RFC 1995 4). Passes each message to see after checking it,
// and keeps none. *out is always filled. Returns OUTCOME_FOUND after the last record of a complete transfer, else:
// OUTCOME_TRY_AGAIN: timeout, connection failed or closed early, SERVFAIL, REFUSED, NOTIMP, NOTAUTH;
// OUTCOME_NO_NAME: NXDOMAIN; OUTCOME_NO_RECOVERY: another rcode;
// OUTCOME_UNUSABLE: a message is malformed, not a reply to the query, or not part of a transfer;
// OUTCOME_ERROR: a local failure in out->error; ECANCELED: see returned false.
enum outcome direct_transfer(const struct address *server, const struct question *question,
	const struct direct_options *options, direct_message_callback *see, void *context,
	struct direct_transfer_result *out);
