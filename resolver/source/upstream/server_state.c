// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/server_state.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/random.h"
#include "config/config.h"
#include "config/sync/seqlock.h"

#define SECOND INT64_C(1000000)
#define CAPABILITY_PAUSE (15 * 60 * SECOND)
#define DOWN_FIRST SECOND
#define DOWN_LONGEST (60 * SECOND)
#define DOWN_LONGEST_AFTER 7  // consecutive failures
#define ROUND_TRIP_MOST (10 * SECOND)
#define VARIATION_LEAST INT64_C(30000)  // microseconds; even in a quiet network the server may be busy

// The cookie, shared by all threads (seqlock.h).
struct own_cookie {
	struct packet_cookie cookie;
	struct address local;  // the local address it is for; port and scope are ignored
};

struct server_state {
	struct address address;
	_Atomic uint64_t round_trip;  // smoothed RTT, in the lower half its variation; 0: no reply yet
	atomic_uint failures;         // consecutive lookups without a reply
	_Atomic int64_t down_until;   // 0: not down
	atomic_bool shown[SERVER_CAPABILITIES];
	_Atomic int64_t lacking_until[SERVER_CAPABILITIES];
	seqlock_word cookie[SEQLOCK_WORDS(struct own_cookie)];
};

struct server_states {
	atomic_uint rotation;
	size_t count;
	struct server_state list[];
};

static size_t count_servers(const struct config *config)
{
	size_t count = 0;
	for (size_t i = 0; i < config->route_count; i++)
		count += config->routes[i].server_count;
	return count;
}

struct server_state *server_states_find(struct server_states *server_states, const struct address *server)
{
	for (size_t i = 0; i < server_states->count; i++)
		if (LIKELY(address_equal(&server_states->list[i].address, server)))
			return &server_states->list[i];
	return NULL;
}

COLD static void inherit(struct server_state *server_state, const struct server_states *older)
{
	// Threads of the older configuration may still write: each member is read atomically.
	const struct server_state *known =
		older ? server_states_find((struct server_states *)older, &server_state->address) : NULL;
	if (!known)
		return;
	server_state->round_trip = known->round_trip;
	server_state->failures = known->failures;
	server_state->down_until = known->down_until;
	for (size_t i = 0; i < SERVER_CAPABILITIES; i++) {
		server_state->shown[i] = known->shown[i];
		server_state->lacking_until[i] = known->lacking_until[i];
	}
	struct own_cookie cookie;
	if (seqlock_read(known->cookie, &cookie, sizeof(cookie)))
		seqlock_write(server_state->cookie, &cookie, sizeof(cookie));
}

COLD struct server_states *server_states_open(const struct config *config, const struct server_states *older)
{
	struct server_states *server_states =
		calloc(1, sizeof(*server_states) + count_servers(config) * sizeof(struct server_state));
	if (!server_states)
		return NULL;
	for (size_t i = 0; i < config->route_count; i++) {
		const struct route *route = &config->routes[i];
		for (size_t j = 0; j < route->server_count; j++) {
			if (route->servers[j].kind != SERVER_ADDRESS ||
				server_states_find(server_states, &route->servers[j].address))
				continue;
			struct server_state *server_state = &server_states->list[server_states->count++];
			server_state->address = route->servers[j].address;
			inherit(server_state, older);
		}
	}
	return server_states;
}

COLD void server_states_close(struct server_states *server_states)
{
	free(server_states);
}

COLD size_t server_states_rotate(struct server_states *server_states, size_t count)
{
	return atomic_fetch_add(&server_states->rotation, 1) % count;
}

int64_t server_state_wait(const struct server_state *server_state)
{
	uint64_t known = server_state ? server_state->round_trip : 0;
	if (!known)
		return SERVER_WAIT_UNKNOWN;
	int64_t smoothed = (int64_t)(known >> 32), variation = (int64_t)(known & UINT32_MAX);
	int64_t wait = smoothed + clock_most(4 * variation, VARIATION_LEAST);
	return clock_least(clock_most(wait, SERVER_WAIT_LEAST), SERVER_WAIT_MOST);
}

// RFC 6298 2.2 and 2.3. If two threads store at the same time, one sample is lost, which is harmless.
static void learn_round_trip(struct server_state *server_state, int64_t sample)
{
	uint64_t known = server_state->round_trip;
	int64_t smoothed = (int64_t)(known >> 32), variation = (int64_t)(known & UINT32_MAX);
	sample = clock_most(1, clock_least(sample, ROUND_TRIP_MOST));
	if (UNLIKELY(!known)) {
		smoothed = sample;
		variation = sample / 2;
	} else {
		int64_t distance = smoothed > sample ? smoothed - sample : sample - smoothed;
		variation += (distance - variation) / 4;
		smoothed += (sample - smoothed) / 8;
	}
	atomic_store_explicit(
		&server_state->round_trip, (uint64_t)clock_most(1, smoothed) << 32 | (uint64_t)variation, memory_order_relaxed);
}

void server_state_note_reply(struct server_state *server_state, int64_t round_trip)
{
	if (!server_state)
		return;
	if (LIKELY(round_trip))
		learn_round_trip(server_state, round_trip);
	if (server_state->failures)
		server_state->failures = 0;
	if (server_state->down_until)
		server_state->down_until = 0;
}

// The time until the next probe: doubles with each failure. Up to a fifth is subtracted at random, so that the
// processes of a machine do not all probe at the same time.
COLD static int64_t down_time(unsigned failures)
{
	uint8_t draw = 0;
	if (!random_draw(&draw, sizeof(draw)))
		draw = 0;
	int64_t time = DOWN_LONGEST;
	if (failures < DOWN_LONGEST_AFTER)
		time = clock_least(DOWN_FIRST << (failures - 1), DOWN_LONGEST);
	return time - time / 5 * draw / UINT8_MAX;
}

COLD void server_state_note_silence(struct server_state *server_state, int64_t now)
{
	if (!server_state || server_state->down_until)
		return;
	unsigned failures = atomic_fetch_add(&server_state->failures, 1) + 1;
	if (failures > 1 || !server_state->round_trip)
		server_state->down_until = now + down_time(1);
}

bool server_state_is_down(const struct server_state *server_state)
{
	return server_state && server_state->down_until;
}

COLD int64_t server_state_take_probe(struct server_state *server_state, int64_t now)
{
	int64_t until = server_state ? server_state->down_until : 0;
	if (!until || now < until)
		return 0;
	unsigned failures = server_state->failures + 1;
	if (!atomic_compare_exchange_strong(&server_state->down_until, &until, now + down_time(failures)))
		return 0;
	atomic_fetch_add(&server_state->failures, 1);
	if (failures >= DOWN_LONGEST_AFTER)
		return SERVER_PROBE_WAIT_MOST;
	uint64_t known = server_state->round_trip;
	return clock_most(
		1, clock_least((int64_t)(known >> 32) + 4 * (int64_t)(known & UINT32_MAX), SERVER_PROBE_WAIT_MOST));
}

bool server_state_has(const struct server_state *server_state, enum server_capability capability)
{
	return server_state && server_state->shown[capability];
}

bool server_state_may_have(const struct server_state *server_state, enum server_capability capability, int64_t now)
{
	return !server_state || server_state->lacking_until[capability] <= now;
}

void server_state_note_capability(struct server_state *server_state, enum server_capability capability)
{
	if (server_state && !server_state->shown[capability])
		server_state->shown[capability] = true;
}

COLD void server_state_note_lack(struct server_state *server_state, enum server_capability capability, int64_t now)
{
	if (!server_state)
		return;
	server_state->shown[capability] = false;
	server_state->lacking_until[capability] = now + CAPABILITY_PAUSE;
}

static bool is_same_host(const struct address *one, const struct address *other)
{
	return one->family == other->family && memcmp(one->bytes, other->bytes, address_length(one)) == 0;
}

// Its size is 0 without random numbers.
COLD static void make_cookie(struct server_state *server_state, const struct address *local, struct own_cookie *own)
{
	memset(own, 0, sizeof(*own));
	if (!random_draw(own->cookie.bytes, PACKET_COOKIE_CLIENT))
		return;
	own->cookie.size = PACKET_COOKIE_CLIENT;
	own->local = *local;
	server_state->shown[SERVER_COOKIES] = false;
	seqlock_write(server_state->cookie, own, sizeof(*own));
}

void server_state_cookie(struct server_state *server_state, const struct address *local, struct packet_cookie *cookie)
{
	struct own_cookie own;
	cookie->size = 0;
	if (!server_state)
		return;
	if (!seqlock_read(server_state->cookie, &own, sizeof(own)) || !is_same_host(&own.local, local))
		make_cookie(server_state, local, &own);
	*cookie = own.cookie;
}

void server_state_keep_cookie(struct server_state *server_state, const struct packet_cookie *cookie)
{
	struct own_cookie own;
	// If another thread has renewed the client cookie meanwhile, the server cookie is for the old one: ignore it.
	if (!server_state || !seqlock_read(server_state->cookie, &own, sizeof(own)) ||
		memcmp(own.cookie.bytes, cookie->bytes, PACKET_COOKIE_CLIENT) != 0)
		return;
	if (own.cookie.size != cookie->size || memcmp(own.cookie.bytes, cookie->bytes, own.cookie.size) != 0) {
		own.cookie.size = cookie->size;
		memcpy(own.cookie.bytes, cookie->bytes, cookie->size);  // the other bytes are not set, and would be summed
		seqlock_write(server_state->cookie, &own, sizeof(own));
	}
	server_state_note_capability(server_state, SERVER_COOKIES);
}
