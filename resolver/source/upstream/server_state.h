// SPDX-License-Identifier: MIT
// What is remembered of each server for the life of the process: how fast it answers, whether it does at all, what it
// cannot do, and the cookie it gave us.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "resolver/dns/packet.h"

struct address;
struct config;
struct server_state;
struct server_states;

// One entry for each address in the configuration, with what older (NULL: nobody) knew of it: a configuration that is
// read anew forgets no server. NULL without memory. All below is safe in many threads, takes no lock, and times are
// those of clock_now, in microseconds.
struct server_states *server_states_open(const struct config *config, const struct server_states *older);
void server_states_close(struct server_states *server_states);  // accepts NULL

// NULL for a server that is not of the configuration (a program can write one into its resolver state). Everything
// below accepts that: of such a server nothing is known, and nothing kept.
struct server_state *server_states_find(struct server_states *server_states, const struct address *server);

// How long to wait for a reply before the question is asked once more: from the smoothed round-trip time and its
// variation (RFC 6298 2), never less than SERVER_WAIT_LEAST; SERVER_WAIT_UNKNOWN before the first reply.
#define SERVER_WAIT_UNKNOWN INT64_C(400000)
#define SERVER_WAIT_LEAST INT64_C(50000)
#define SERVER_WAIT_MOST INT64_C(1500000)
int64_t server_state_wait(const struct server_state *server_state);

// A reply came, so long after its query; 0 where that tells nothing of the way there (a stream).
void server_state_note_reply(struct server_state *server_state, int64_t round_trip);

// A whole lookup went by without a word from it, although it had the time. A server that has never answered, or is
// silent twice in a row, is held from then on: asked after all others, until it answers.
void server_state_note_silence(struct server_state *server_state, int64_t now);
bool server_state_is_down(const struct server_state *server_state);

// Is it time to look whether a held server is back? For one lookup at a time, at first a second after its failure, then
// in growing intervals up to a minute, how long its reply is worth waiting for: what is usual for it; for a server that
// has never answered nothing to speak of, and once a minute SERVER_PATIENCE_MOST, for it may be far away. 0: not now.
#define SERVER_PATIENCE_MOST INT64_C(50000)
int64_t server_state_take_probe(struct server_state *server_state, int64_t now);

enum server_capability {
	SERVER_EDNS,     // RFC 6891: it has answered a question in EDNS
	SERVER_COOKIES,  // RFC 7873
	SERVER_CASE,     // repeats the question in the case it was asked in
	SERVER_CAPABILITIES
};

// Has it shown that it has the skill? Is it worth trying (it has not shown in the last quarter of an hour that it lacks
// it)?
bool server_state_has(const struct server_state *server_state, enum server_capability capability);
bool server_state_may_have(const struct server_state *server_state, enum server_capability capability, int64_t now);
void server_state_note_capability(struct server_state *server_state, enum server_capability capability);
void server_state_note_lack(struct server_state *server_state, enum server_capability capability, int64_t now);

// The cookie to send from this address of ours: a random client cookie, another one for each server and as soon as our
// address changes (RFC 9018 3), and behind it the server's own where one is known. Size 0 where none can be had.
void server_state_cookie(struct server_state *server_state, const struct address *local, struct packet_cookie *cookie);

// Keeps the whole cookie of a reply, whose client part was ours.
void server_state_keep_cookie(struct server_state *server_state, const struct packet_cookie *cookie);
