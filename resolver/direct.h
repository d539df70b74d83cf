// SPDX-License-Identifier: MIT
// One exchange with one server, without any help: no retry, no other transport, no search list, no cache; and zone
// transfers (RFC 5936, RFC 1995).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"

struct direct_options {
	bool stream;        // over TCP; a transfer always is
	bool no_recursion;  // RD is clear
	bool ad, checking_disabled;
	bool edns, dnssec_ok;  // an OPT record (RFC 6891); DO in it, which brings it along
	uint16_t payload;      // what OPT says can be received, which brings it along too; 0: 1232
	unsigned opcode;
	bool mismatches;       // the first message counts, whatever it is; else one that is a reply to the query
	unsigned timeout_ms;   // of a transfer: for each message
	unsigned transfer_ms;  // for a whole transfer; 0: ten minutes
	uint32_t serial;       // that IXFR starts from
};

// All zero is a valid empty one.
struct direct_reply {
	struct address server;
	bool over_tcp;
	uint8_t *query;  // as it was sent; owned; NULL without memory
	size_t query_size;
	uint8_t *message;  // as it came, of 0 to 65535 bytes; owned; NULL where none came
	size_t size;
	int64_t microseconds;  // until it came, or nothing more was waited for
	bool is_reply;         // QR is set, the opcode that of the query
	bool id_matches;
	bool question_matches;  // the very question, in whatever case; or none, in a message that reports an error
	size_t passed_over;     // messages that were waited out
	int error;              // 0; or errno: ETIMEDOUT, ECONNREFUSED, EPIPE for a stream that ended early, ...
};

void direct_reply_clear(struct direct_reply *reply);

// Asks once. False where no message came: out->error says why. *out is filled either way, the caller clears it.
bool direct_ask(const struct address *server, const struct question *question, const struct direct_options *options,
	struct direct_reply *out);

#define DIRECT_TEXT_SIZE 256

struct direct_transfer_result {
	size_t messages, records;  // that came and were well-formed: records of the answer sections, both SOAs included
	uint64_t bytes;            // of these messages
	uint32_t serial;           // of the zone, once its SOA came
	bool is_incremental;       // the differences that IXFR asks for, not the whole zone
	uint16_t rcode;            // of the last message
	int64_t microseconds;
	int error;                    // 0 or errno
	char text[DIRECT_TEXT_SIZE];  // one line that says what went wrong, and how far it had come by then; else ""
};

// Sees one message of a transfer, or the one by which the server refuses it. Returns false to end the transfer.
typedef bool direct_message_callback(void *context, const uint8_t *message, size_t size);

// Asks for a zone (type AXFR), or for what has changed since a serial (type IXFR; a server may send the whole zone, or
// one SOA where nothing has). Each message is handed to see as it comes, after it has been checked; nothing of it is
// kept. Returns OUTCOME_FOUND after the last record of a whole transfer; else *out says more:
// OUTCOME_TRY_AGAIN for timeouts, a connection that failed or closed early, SERVFAIL, REFUSED, NOTIMP, NOTAUTH;
// OUTCOME_NO_NAME, OUTCOME_NO_RECOVERY for other codes; OUTCOME_UNUSABLE for messages that are malformed, no reply to
// the query, or no transfer; OUTCOME_ERROR where this machine failed, and with ECANCELED where see ended it.
enum outcome direct_transfer(const struct address *server, const struct question *question,
	const struct direct_options *options, direct_message_callback *see, void *context,
	struct direct_transfer_result *out);
