// SPDX-License-Identifier: MIT
// One exchange with one server: no retry, no fallback to TCP, no search list, no cache.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/direct_exchange.h"
#include "resolver/dns/message.h"

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
