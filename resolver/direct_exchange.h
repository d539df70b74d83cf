// SPDX-License-Identifier: MIT
// A query to one server and the connection for its replies, for direct.h and direct_transfer.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
