// SPDX-License-Identifier: MIT
// One attempt: sends one or two questions to one server over one channel and matches the replies.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/compiler.h"
#include "resolver/dns/message.h"
#include "resolver/dns/packet.h"
#include "resolver/source/fault.h"
#include "resolver/source/upstream/transport.h"

struct candidate;
struct server_state;
struct upstream_request;

// Why a server is asked.
enum attempt_reason {
	ATTEMPT_TURN,             // it is the server's turn
	ATTEMPT_RETRY_TRUNCATED,  // over TCP: the UDP reply was truncated
	ATTEMPT_RETRY_DOUBTFUL,   // over TCP, which cannot be forged off-path: the UDP reply lacked cookie or case
	ATTEMPT_TCP_FALLBACK,     // over TCP: datagrams to the server seem to get lost
	ATTEMPT_PROBE,            // the server was down: test whether it answers again
};

// The random values of one attempt.
struct attempt_draws {
	uint16_t ids[QUESTIONS_MAX];
	uint8_t spare;                              // for the caller's own use
	uint8_t letters[(NAME_WIRE_SIZE + 7) / 8];  // with mixes_case: bit mask of the bytes of the name that change case
};

struct attempt {
	// How it sends its questions, all set by the caller before attempt_open.
	unsigned number;  // of the attempts of one upstream_query, from 1
	enum attempt_reason reason;
	bool stream;              // over TCP
	unsigned packet_flags;    // PACKET_* (packet_write.h)
	uint16_t payload;         // with PACKET_EDNS: as in struct packet_request
	bool sends_cookie;        // with PACKET_EDNS
	bool is_lost;             // a fault drops the datagrams: they are not sent
	struct fault_plan fault;  // of this server, NULL if none; due: clock_now from which on messages are received
	bool mixes_case;       // randomize the case of the name, which the reply must repeat (draft-vixie-dnsext-dns0x20)
	bool keeps_truncated;  // a truncated reply is an answer (ignore-truncation)
	bool keeps_malformed;  // a malformed reply is an answer (the program parses it)
	bool has_room;         // datagrams have TRANSPORT_DATAGRAM_MAX bytes of room, else PACKET_EDNS_PAYLOAD
	size_t candidate;      // the caller's: its index in the server_selection
	int64_t started;       // clock_now
	// What was sent, and what has come since.
	struct channel channel;
	const struct address *server;       // that of the candidate
	struct server_state *server_state;  // NULL: not a configured server
	unsigned waiting;                   // bit mask of the questions sent that have no reply yet
	struct attempt_draws draws;
	unsigned opcode;
	struct packet_cookie cookie;  // as sent; size 0: none
	bool cookie_was_wrong;        // the reply brought a different server cookie
	bool was_cut;                 // the last datagram was longer than what was received of it
	unsigned ignored;             // messages that are not replies to the queries
	int64_t received;             // clock_now at the end of the last attempt_receive
};

// Opens a channel to the candidate and sends the questions of the request whose bits are set in asked, each with a
// fresh random id; a program's own query is sent unchanged. Returns 0; or -1 with errno and the attempt closed.
int attempt_open(
	struct attempt *attempt, const struct candidate *candidate, const struct upstream_request *request, unsigned asked);

// Messages on one TCP stream that are not replies to the queries, after which the server counts as broken.
#define ATTEMPT_IGNORED_MAX 100

enum attempt_event {
	ATTEMPT_NOTHING,   // no complete message yet
	ATTEMPT_IGNORED,   // a message that is not a reply to the queries
	ATTEMPT_DOUBTFUL,  // a UDP reply without the expected cookie or case: possibly forged
	ATTEMPT_ANSWERED,  // *out is filled; the caller clears it
	ATTEMPT_TRUNCATED,
	ATTEMPT_MALFORMED,
	ATTEMPT_BROKEN,  // the channel failed and is closed, with errno
};

// Returns whether a fault replies for the server, or keeps silent, so that it gets no query. The channel is then
// closed.
static inline bool attempt_is_feigned(const struct attempt *attempt)
{
	return UNLIKELY(attempt->fault.fault) &&
		fault_plan_has(&attempt->fault, FAULT_OUTCOMES | (attempt->stream ? 0 : FAULT_TRUNCATE));
}

// Receives the next message after poll(2) reported an event, or one of a fault that is due. questions are those passed
// to attempt_open. A datagram that has no room is TRUNCATED. ANSWERED alone fills *out. ANSWERED, TRUNCATED, MALFORMED
// set *which to the question and clear its bit in waiting. DOUBTFUL (UDP only) sets *which but keeps the bit, since the
// genuine reply may follow. Updates the server_state.
enum attempt_event attempt_receive(
	struct attempt *attempt, const struct question *questions, size_t *which, struct answer *out);

// No effect on a closed attempt. Keeps errno.
void attempt_close(struct attempt *attempt);
