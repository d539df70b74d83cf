// SPDX-License-Identifier: MIT
// The state of each server for the life of the process: round-trip time, whether it is down, its capabilities, and its
// DNS cookie (compare Unbound's infra cache).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/packet.h"

struct address;
struct config;
struct server_state;
struct server_states;

// Makes one entry for each server address of the configuration, copied from older (NULL: none) if that has it, so that
// a reload keeps the state. Returns NULL without memory. Everything below is lock-free and thread-safe. Times are those
// of clock_now, in microseconds.
struct server_states *server_states_open(const struct config *config, const struct server_states *older);
void server_states_close(struct server_states *server_states);  // accepts NULL

// Returns NULL for a server that is not configured (a program can set its own in struct __res_state). All functions
// below accept NULL: nothing is known of such a server, and nothing is recorded.
struct server_state *server_states_find(struct server_states *server_states, const struct address *server);

// Returns the index of the server with which the next lookup is to begin among count (option rotate): 0 to count - 1 in
// turn.
size_t server_states_rotate(struct server_states *server_states, size_t count);

// Returns the retransmission timeout: smoothed round-trip time plus four times its variation (RFC 6298 2), between
// SERVER_WAIT_LEAST and SERVER_WAIT_MOST; SERVER_WAIT_UNKNOWN before the first reply.
#define SERVER_WAIT_UNKNOWN INT64_C(400000)
#define SERVER_WAIT_LEAST INT64_C(50000)
#define SERVER_WAIT_MOST INT64_C(1500000)
int64_t server_state_wait(const struct server_state *server_state);

// Records a reply: the server is not down. round_trip is the time since its query; 0: do not measure (TCP).
void server_state_note_reply(struct server_state *server_state, int64_t round_trip);

// Records that a whole lookup ended without a reply although the server had time to send one. A server that has never
// answered, or was silent twice in a row, is down from then on: it is asked after all others until it answers.
void server_state_note_silence(struct server_state *server_state, int64_t now);
bool server_state_is_down(const struct server_state *server_state);

// Returns 0 if the server is not to be probed now; else this lookup, and no other, is to probe it, and may wait so long
// for the reply after its own answer came. The first probe is due a second after the server went down, later ones at
// growing intervals up to a minute. The wait is the retransmission timeout, 1 if the server has never answered, and at
// the longest interval SERVER_PROBE_WAIT_MOST, since the server may be far away.
#define SERVER_PROBE_WAIT_MOST INT64_C(50000)
int64_t server_state_take_probe(struct server_state *server_state, int64_t now);

enum server_capability {
	SERVER_EDNS,     // RFC 6891: has answered a query with EDNS
	SERVER_COOKIES,  // RFC 7873
	SERVER_CASE,     // repeats the case of the question (draft-vixie-dnsext-dns0x20)
	SERVER_CAPABILITIES
};

// server_state_has: the server has shown the capability. server_state_may_have: it has not shown in the last 15 minutes
// that it lacks the capability, so that it is worth trying.
bool server_state_has(const struct server_state *server_state, enum server_capability capability);
bool server_state_may_have(const struct server_state *server_state, enum server_capability capability, int64_t now);
void server_state_note_capability(struct server_state *server_state, enum server_capability capability);
void server_state_note_lack(struct server_state *server_state, enum server_capability capability, int64_t now);

// Sets *cookie to the one to send from the address local: a random client cookie, different for each server and renewed
// when local changes (RFC 9018 3), followed by the server cookie if known. Size 0: none (no random numbers).
void server_state_cookie(struct server_state *server_state, const struct address *local, struct packet_cookie *cookie);

// Stores the cookie of a reply (client and server part). Call only if its client part is the one that was sent.
void server_state_keep_cookie(struct server_state *server_state, const struct packet_cookie *cookie);
