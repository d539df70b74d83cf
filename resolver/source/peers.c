// SPDX-License-Identifier: MIT
#include "resolver/source/peers.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "config/random.h"
#include "config/clock.h"
#include "config/config.h"
#include "config/seqlock.h"

#define SECOND INT64_C(1000000)
#define SKILL_PAUSE (15 * 60 * SECOND)
#define HOLD_FIRST SECOND
#define HOLD_LONGEST (60 * SECOND)
#define HOLD_LONGEST_AFTER 7  // failures
#define ROUND_TRIP_MOST (10 * SECOND)
#define VARIATION_LEAST INT64_C(30000)  // of a quiet network too: the other end is a busy machine

// A cookie as it is shared by the threads.
struct own_cookie {
	struct packet_cookie cookie;
	struct address local;  // that it belongs to; port and scope are of no account
};

struct peer {
	struct address address;
	_Atomic uint64_t round_trip;  // smoothed, and in the lower half its variation; 0: no reply yet
	atomic_uint failures;         // lookups in a row that it was silent in
	_Atomic int64_t held_until;   // 0: not held
	atomic_bool shown[PEER_SKILLS];
	_Atomic int64_t lacking_until[PEER_SKILLS];
	seqlock_word cookie[SEQLOCK_WORDS(struct own_cookie)];
};

struct peers {
	size_t count;
	struct peer list[];
};

static size_t count_servers(const struct config *config)
{
	size_t count = 0;
	for (size_t i = 0; i < config->route_count; i++)
		count += config->routes[i].server_count;
	return count;
}

struct peer *peers_find(struct peers *peers, const struct address *server)
{
	for (size_t i = 0; i < peers->count; i++)
		if (address_equal(&peers->list[i].address, server))
			return &peers->list[i];
	return NULL;
}

static void inherit(struct peer *peer, const struct peers *older)
{
	// A const view of what its own threads go on writing: each member is read whole.
	const struct peer *known = older ? peers_find((struct peers *)older, &peer->address) : NULL;
	if (!known)
		return;
	peer->round_trip = known->round_trip;
	peer->failures = known->failures;
	peer->held_until = known->held_until;
	for (size_t i = 0; i < PEER_SKILLS; i++) {
		peer->shown[i] = known->shown[i];
		peer->lacking_until[i] = known->lacking_until[i];
	}
	struct own_cookie cookie;
	if (seqlock_read(known->cookie, &cookie, sizeof(cookie)))
		seqlock_write(peer->cookie, &cookie, sizeof(cookie));
}

struct peers *peers_open(const struct config *config, const struct peers *older)
{
	struct peers *peers = calloc(1, sizeof(*peers) + count_servers(config) * sizeof(struct peer));
	if (!peers)
		return NULL;
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		for (size_t j = 0; j < route->server_count; j++) {
			if (route->servers[j].kind != SERVER_ADDRESS || peers_find(peers, &route->servers[j].address))
				continue;
			struct peer *peer = &peers->list[peers->count++];
			peer->address = route->servers[j].address;
			inherit(peer, older);
		}
	}
	return peers;
}

void peers_close(struct peers *peers)
{
	free(peers);
}

int64_t peer_wait(const struct peer *peer)
{
	uint64_t known = peer ? peer->round_trip : 0;
	if (!known)
		return PEER_WAIT_UNKNOWN;
	int64_t smoothed = (int64_t)(known >> 32), variation = (int64_t)(known & UINT32_MAX);
	int64_t wait = smoothed + clock_most(4 * variation, VARIATION_LEAST);
	return clock_least(clock_most(wait, PEER_WAIT_LEAST), PEER_WAIT_MOST);
}

// RFC 6298 2.2 and 2.3. Two threads may each take the other's sample for never made: it is one of many.
static void learn_round_trip(struct peer *peer, int64_t sample)
{
	uint64_t known = peer->round_trip;
	int64_t smoothed = (int64_t)(known >> 32), variation = (int64_t)(known & UINT32_MAX);
	sample = clock_most(1, clock_least(sample, ROUND_TRIP_MOST));
	if (!known) {
		smoothed = sample;
		variation = sample / 2;
	} else {
		int64_t distance = smoothed > sample ? smoothed - sample : sample - smoothed;
		variation += (distance - variation) / 4;
		smoothed += (sample - smoothed) / 8;
	}
	peer->round_trip = (uint64_t)clock_most(1, smoothed) << 32 | (uint64_t)variation;
}

void peer_heard(struct peer *peer, int64_t round_trip)
{
	if (!peer)
		return;
	if (round_trip)
		learn_round_trip(peer, round_trip);
	if (peer->failures)
		peer->failures = 0;
	if (peer->held_until)
		peer->held_until = 0;
}

// Doubled with each failure. A fifth of it is drawn, so that the processes of a machine do not all probe at once.
static int64_t hold_of(unsigned failures)
{
	uint8_t draw = 0;
	if (!random_draw(&draw, sizeof(draw)))
		draw = 0;
	int64_t hold = HOLD_LONGEST;
	if (failures < HOLD_LONGEST_AFTER)
		hold = clock_least(HOLD_FIRST << (failures - 1), HOLD_LONGEST);
	return hold - hold / 5 * draw / UINT8_MAX;
}

void peer_silent(struct peer *peer, int64_t now)
{
	if (!peer || peer->held_until)
		return;
	unsigned failures = atomic_fetch_add(&peer->failures, 1) + 1;
	if (failures > 1 || !peer->round_trip)
		peer->held_until = now + hold_of(1);
}

bool peer_is_held(const struct peer *peer)
{
	return peer && peer->held_until;
}

int64_t peer_take_probe(struct peer *peer, int64_t now)
{
	int64_t until = peer ? peer->held_until : 0;
	if (!until || now < until)
		return 0;
	unsigned failures = peer->failures + 1;
	if (!atomic_compare_exchange_strong(&peer->held_until, &until, now + hold_of(failures)))
		return 0;
	atomic_fetch_add(&peer->failures, 1);
	if (failures >= HOLD_LONGEST_AFTER)
		return PEER_PATIENCE_MOST;
	uint64_t known = peer->round_trip;
	return clock_most(1, clock_least((int64_t)(known >> 32) + 4 * (int64_t)(known & UINT32_MAX), PEER_PATIENCE_MOST));
}

bool peer_has(const struct peer *peer, enum peer_skill skill)
{
	return peer && peer->shown[skill];
}

bool peer_may_have(const struct peer *peer, enum peer_skill skill, int64_t now)
{
	return !peer || peer->lacking_until[skill] <= now;
}

void peer_shows(struct peer *peer, enum peer_skill skill)
{
	if (peer && !peer->shown[skill])
		peer->shown[skill] = true;
}

void peer_lacks(struct peer *peer, enum peer_skill skill, int64_t now)
{
	if (!peer)
		return;
	peer->shown[skill] = false;
	peer->lacking_until[skill] = now + SKILL_PAUSE;
}

static bool is_same_place(const struct address *one, const struct address *other)
{
	return one->family == other->family && memcmp(one->bytes, other->bytes, address_length(one)) == 0;
}

void peer_cookie(struct peer *peer, const struct address *local, struct packet_cookie *cookie)
{
	struct own_cookie own;
	cookie->size = 0;
	if (!peer)
		return;
	if (!seqlock_read(peer->cookie, &own, sizeof(own)) || !is_same_place(&own.local, local)) {
		memset(&own, 0, sizeof(own));
		if (!random_draw(own.cookie.bytes, PACKET_COOKIE_CLIENT))
			return;
		own.cookie.size = PACKET_COOKIE_CLIENT;
		own.local = *local;
		peer->shown[PEER_COOKIES] = false;
		seqlock_write(peer->cookie, &own, sizeof(own));
	}
	*cookie = own.cookie;
}

void peer_keep_cookie(struct peer *peer, const struct packet_cookie *cookie)
{
	struct own_cookie own;
	// Not where another thread has taken a new client cookie meanwhile: the server's belongs to the old one.
	if (!peer || !seqlock_read(peer->cookie, &own, sizeof(own)) ||
	    memcmp(own.cookie.bytes, cookie->bytes, PACKET_COOKIE_CLIENT) != 0)
		return;
	if (own.cookie.size != cookie->size || memcmp(own.cookie.bytes, cookie->bytes, own.cookie.size) != 0) {
		own.cookie = *cookie;
		seqlock_write(peer->cookie, &own, sizeof(own));
	}
	peer_shows(peer, PEER_COOKIES);
}
