// SPDX-License-Identifier: MIT
// One try at one server: some questions on one channel, and the replies that belong to them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"
#include "resolver/source/transport.h"
#include "resolver/source/upstream.h"

struct attempt {
	struct channel channel;
	struct address server;
	size_t place;      // of the server in its route
	unsigned waiting;  // one bit for each question asked here that has no verdict from here
	uint16_t ids[UPSTREAM_QUESTIONS_MAX];
	unsigned opcode;
	bool stream;
	bool keeps_truncated;
	bool keeps_malformed;
	unsigned ignored;  // messages that were no reply to us
	bool edns;
	int64_t started;   // clock_now
};

// What is asked: questions, or the one query that a program wrote itself.
struct asking {
	const struct question *questions;
	const struct message_view *query;  // its question is questions[0]; NULL: the queries are made here
};

// Asks the questions whose bits are set in asked, each under a fresh random id; a program's own query goes out as it
// is. packet_flags are those of packet.h. 0, or -1 with errno; closed then.
int attempt_open(struct attempt *attempt, const struct address *server, const struct asking *asking, unsigned asked,
                 bool stream, unsigned packet_flags);

// Nobody can forge on a stream of our own: a server that sends more than this of what nobody asked for is broken.
#define ATTEMPT_IGNORED_MAX 100

enum attempt_event {
	ATTEMPT_NOTHING,    // no more for now
	ATTEMPT_IGNORED,    // something came that is no reply to us
	ATTEMPT_ANSWERED,   // *out is filled, and the caller's
	ATTEMPT_TRUNCATED,
	ATTEMPT_MALFORMED,
	ATTEMPT_BROKEN,     // the channel is closed; errno says why
};

// Takes the next thing that came after poll(2) said something. For ANSWERED, TRUNCATED and MALFORMED *which is the
// question, whose bit is cleared in waiting. buffer holds TRANSPORT_DATAGRAM_MAX bytes. Where the attempt
// keeps_truncated or keeps_malformed, such a reply is an answer.
enum attempt_event attempt_receive(struct attempt *attempt, const struct question *questions, uint8_t *buffer,
                                   size_t *which, struct answer *out);

// Harmless on a closed one. Keeps errno.
void attempt_close(struct attempt *attempt);
