// SPDX-License-Identifier: MIT
// What is remembered of each server for the life of the process: how fast it answers, whether it does at all, what it
// cannot do, and the cookie it gave us.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "resolver/dns/packet.h"

struct address;
struct config;
struct peer;
struct peers;

// One entry for each address in the configuration, with what older (NULL: nobody) knew of it: a configuration that is
// read anew forgets no server. NULL without memory. All below is safe in many threads, takes no lock, and times are
// those of clock_now, in microseconds.
struct peers *peers_open(const struct config *config, const struct peers *older);
void peers_close(struct peers *peers);  // accepts NULL

// NULL for a server that is not of the configuration (a program can write one into its resolver state). Everything
// below accepts that: of such a server nothing is known, and nothing kept.
struct peer *peers_find(struct peers *peers, const struct address *server);

// How long to wait for a reply before the question is asked once more: from the smoothed round-trip time and its
// variation (RFC 6298 2), never less than PEER_WAIT_LEAST; PEER_WAIT_UNKNOWN before the first reply.
#define PEER_WAIT_UNKNOWN INT64_C(400000)
#define PEER_WAIT_LEAST INT64_C(50000)
#define PEER_WAIT_MOST INT64_C(1500000)
int64_t peer_wait(const struct peer *peer);

// A reply came, so long after its query; 0 where that tells nothing of the way there (a stream).
void peer_heard(struct peer *peer, int64_t round_trip);

// A whole lookup went by without a word from it, although it had the time. A server that has never answered, or is
// silent twice in a row, is held from then on: asked after all others, until it answers.
void peer_silent(struct peer *peer, int64_t now);
bool peer_is_held(const struct peer *peer);

// Is it time to look whether a held server is back? For one lookup at a time, at first a second after its failure, then
// in growing intervals up to a minute, how long its reply is worth waiting for: what is usual for it; for a server that
// has never answered nothing to speak of, and once a minute PEER_PATIENCE_MOST, for it may be far away. 0: not now.
#define PEER_PATIENCE_MOST INT64_C(50000)
int64_t peer_take_probe(struct peer *peer, int64_t now);

enum peer_skill {
	PEER_EDNS,     // RFC 6891: it has answered a question in EDNS
	PEER_COOKIES,  // RFC 7873
	PEER_CASE,     // repeats the question in the case it was asked in
	PEER_SKILLS
};

// Has it shown that it has the skill? Is it worth trying (it has not shown in the last quarter of an hour that it lacks
// it)?
bool peer_has(const struct peer *peer, enum peer_skill skill);
bool peer_may_have(const struct peer *peer, enum peer_skill skill, int64_t now);
void peer_shows(struct peer *peer, enum peer_skill skill);
void peer_lacks(struct peer *peer, enum peer_skill skill, int64_t now);

// The cookie to send from this address of ours: a random client cookie, another one for each server and as soon as our
// address changes (RFC 9018 3), and behind it the server's own where one is known. Size 0 where none can be had.
void peer_cookie(struct peer *peer, const struct address *local, struct packet_cookie *cookie);

// Keeps the whole cookie of a reply, whose client part was ours.
void peer_keep_cookie(struct peer *peer, const struct packet_cookie *cookie);
