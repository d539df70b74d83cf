// SPDX-License-Identifier: MIT
// One try at one server: some questions on one channel, and the replies that belong to them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"
#include "resolver/dns/packet.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream.h"

struct server_state;

// Why a server is asked.
enum attempt_reason {
	ATTEMPT_TURN,             // it is its turn
	ATTEMPT_RETRY_TRUNCATED,  // over a stream: its reply was truncated
	ATTEMPT_PROOF,            // over a stream: its reply was doubtful, and a stream nobody can forge
	ATTEMPT_TCP_FALLBACK,     // over a stream: its datagrams seem to get lost
	ATTEMPT_PROBE,            // it was silent for a while: is it back?
};

struct attempt {
	struct channel channel;
	struct address server;
	struct server_state *server_state;  // NULL: nothing is known of it
	size_t candidate;                   // in the roster
	enum attempt_reason reason;
	unsigned waiting;                          // one bit for each question asked here that has no verdict from here
	struct question questions[QUESTIONS_MAX];  // as they were sent
	uint16_t ids[QUESTIONS_MAX];
	unsigned opcode;
	struct packet_cookie cookie;  // that was sent; size 0: none
	bool cookie_was_wrong;        // the server has another one for us
	bool mixes_case;
	bool stream;
	bool edns;
	bool keeps_truncated;
	bool keeps_malformed;
	unsigned ignored;  // messages that were no reply to us
	int64_t started;   // clock_now
	uint8_t draw;      // a random number for the caller's own use
};

// What is asked: questions, or the one query that a program wrote itself.
struct attempt_content {
	const struct question *questions;
	const struct message_view *program_query;  // its question is questions[0]; NULL: the queries are made here
};

// How it is asked.
struct attempt_options {
	enum attempt_reason reason;
	bool stream;
	unsigned packet_flags;  // those of packet.h
	uint16_t payload;       // with PACKET_EDNS: as in struct packet_request
	bool sends_cookie;      // with PACKET_EDNS
	bool is_lost;           // the datagrams get lost on purpose: they are not sent
	bool mixes_case;        // draws the case of the name's letters, to be repeated (draft-vixie-dnsext-dns0x20)
};

// Asks the questions whose bits are set in asked, each under a fresh random id; a program's own query goes out as it
// is. 0, or -1 with errno; closed then.
int attempt_open(struct attempt *attempt, const struct address *server, struct server_state *server_state,
	const struct attempt_content *content, unsigned asked, const struct attempt_options *options);

// Nobody can forge on a stream of our own: a server that sends more than this of what nobody asked for is broken.
#define ATTEMPT_IGNORED_MAX 100

enum attempt_event {
	ATTEMPT_NOTHING,   // no more for now
	ATTEMPT_IGNORED,   // something came that is no reply to us
	ATTEMPT_DOUBTFUL,  // a reply that lacks what this server is known or expected to give: the cookie, the case
	ATTEMPT_ANSWERED,  // *out is filled, and the caller's
	ATTEMPT_TRUNCATED,
	ATTEMPT_MALFORMED,
	ATTEMPT_BROKEN,  // the channel is closed; errno says why
};

// Takes the next thing that came after poll(2) said something. For ANSWERED, TRUNCATED and MALFORMED *which is the
// question, whose bit is cleared in waiting; for DOUBTFUL, which no stream brings, it stays set: the true reply may
// follow. buffer holds TRANSPORT_DATAGRAM_MAX bytes. Where the attempt keeps_truncated or keeps_malformed, such a reply
// is an answer. What a reply shows of the server, the peer gets to know.
enum attempt_event attempt_receive(
	struct attempt *attempt, const struct question *questions, uint8_t *buffer, size_t *which, struct answer *out);

// Harmless on a closed one. Keeps errno.
void attempt_close(struct attempt *attempt);
