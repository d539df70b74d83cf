// SPDX-License-Identifier: MIT
// Zone transfers from one server (AXFR, RFC 5936; IXFR, RFC 1995).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/direct.h"
#include "resolver/dns/message.h"

#define DIRECT_TRANSFER_TEXT_SIZE 256

struct direct_transfer_result {
	size_t messages, records;  // received and well-formed; records of the answer sections, both SOAs included
	uint64_t bytes;            // of these messages
	uint32_t serial;           // of the zone, from its first SOA
	bool is_incremental;       // the server sent differences (RFC 1995), not the whole zone
	uint16_t rcode;            // of the last message
	int64_t microseconds;
	int error;                             // 0 or errno
	char text[DIRECT_TRANSFER_TEXT_SIZE];  // the error and the progress made so far, one line; "": no error
};

struct direct_receiver {
	// Receives each message of a transfer, or the reply that refuses it, borrowed for the call. Returns false to stop.
	bool (*take)(void *context, const uint8_t *message, size_t size);
	void *context;
};

// Transfers a zone: question's type is AXFR, or IXFR for the changes since options->serial (the server may send the
// whole zone instead, or a single SOA if nothing changed, RFC 1995 4). Passes each message to the receiver after
// checking it, and keeps none. *out is always filled. Returns:
// OUTCOME_FOUND: after the last record of a complete transfer;
// OUTCOME_TRY_AGAIN: timeout, connection failed or closed early, SERVFAIL, REFUSED, NOTIMP, NOTAUTH;
// OUTCOME_NO_NAME: NXDOMAIN; OUTCOME_NO_RECOVERY: another rcode;
// OUTCOME_UNUSABLE: a message is malformed, not a reply to the query, or not part of a transfer;
// OUTCOME_ERROR: a local failure in out->error; ECANCELED: the receiver returned false.
enum outcome direct_transfer(const struct address *server, const struct question *question,
	const struct direct_options *options, const struct direct_receiver *receiver, struct direct_transfer_result *out);
