// SPDX-License-Identifier: MIT
// Exchanges with one server: no retry, no fallback to TCP, no search list, no cache. direct_transfer.h builds on them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/dns/message.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/transport.h"

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

struct direct_exchange {
	struct channel channel;
	const struct question *question;
	struct packet_request request;
	uint8_t query[PACKET_QUERY_MAX];
	size_t query_size;
	uint8_t *buffer;  // UINT16_MAX bytes for datagrams; NULL for TCP
};

// Composes the query, with a random id. question must outlive the exchange. Returns false with errno. Call
// direct_exchange_end in any case.
bool direct_exchange_prepare(
	struct direct_exchange *exchange, const struct question *question, const struct direct_options *options);

// Connects and sends the query, over TCP as soon as the connection is established. Returns false with errno.
bool direct_exchange_start(struct direct_exchange *exchange, const struct address *server, bool stream);

// Returns the next whole message, of *size bytes, valid until the next call. Returns NULL with errno: ETIMEDOUT at the
// deadline (clock_now), else as channel_receive.
const uint8_t *direct_exchange_receive(struct direct_exchange *exchange, int64_t deadline, size_t *size);

void direct_exchange_end(struct direct_exchange *exchange);

// Returns whether the message has the id of the query.
bool direct_exchange_has_id(const struct direct_exchange *exchange, const uint8_t *message, size_t size);

// Returns whether it is a reply (QR is set) with the opcode of the query.
bool direct_exchange_is_reply(const struct direct_exchange *exchange, const uint8_t *message, size_t size);

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
