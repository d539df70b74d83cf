// SPDX-License-Identifier: MIT
#include "resolver/source/roster.h"

#include <string.h>

#include "config/clock.h"
#include "config/config.h"
#include "resolver/source/peers.h"

#define WIDE_TURNS_MAX 3  // two servers at once: the packets of one lookup stay few

// A server in good standing behind the others that are; a held one behind all. Its standing is read once: another
// thread may change it.
static void seat_server(struct roster *roster, const struct address *address, struct peer *peer)
{
	size_t location = peer_is_held(peer) ? roster->count : roster->in_standing++;
	memmove(&roster->seats[location + 1], &roster->seats[location], (roster->count - location) * sizeof(*roster->seats));
	roster->seats[location] = (struct seat){ .address = address, .peer = peer };
	roster->count++;
}

void roster_open(struct roster *roster, struct seat *seats, struct peers *peers, const struct route *route,
                 const struct options *options, size_t first)
{
	*roster = (struct roster){ .options = options, .seats = seats };
	for (size_t i = 0; i < route->server_count; i++) {
		const struct server *server = &route->servers[(first + i) % route->server_count];
		if (server->kind == SERVER_ADDRESS)
			seat_server(roster, &server->address, peers_find(peers, &server->address));
	}
}

void roster_begin(struct roster *roster, int64_t deadline)
{
	roster->deadline = deadline;
	roster->wide_turns = 0;
	memset(roster->turns, 0, sizeof(roster->turns));
	for (size_t i = 0; i < roster->count; i++)
		memset(roster->seats[i].rejections, 0, sizeof(roster->seats[i].rejections));
}

// The furthest of the questions.
static size_t turns_taken(const struct roster *roster)
{
	size_t turns = 0;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (roster->turns[i] > turns)
			turns = roster->turns[i];
	return turns;
}

size_t roster_width(struct roster *roster)
{
	bool is_late = turns_taken(roster) >= roster->count;
	if (roster->count < 2 || !(is_late || !roster->in_standing) || roster->wide_turns == WIDE_TURNS_MAX)
		return 1;
	roster->wide_turns++;
	return 2;
}

static bool find_seat(const struct roster *roster, size_t question, size_t *turns, size_t *seat)
{
	for (size_t passed = 0; passed < roster->count; passed++) {
		size_t i = (*turns)++ % roster->count;
		if (roster->seats[i].rejections[question] < roster->options->attempts) {
			*seat = i;
			return true;
		}
	}
	return false;
}

bool roster_next(struct roster *roster, unsigned *asked, unsigned *together, size_t *seat)
{
	*together = 0;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		size_t turns = roster->turns[i], found;
		if (!(*asked & 1u << i))
			continue;
		if (!find_seat(roster, i, &turns, &found)) {
			*asked &= ~(1u << i);
		} else if (!*together || found == *seat) {
			*seat = found;
			*together |= 1u << i;
			roster->turns[i] = turns;
		}
	}
	return *together;
}

int64_t roster_wait(const struct roster *roster, size_t seat, int64_t now, uint8_t draw)
{
	size_t turns = turns_taken(roster);
	int64_t wait = peer_wait(roster->seats[seat].peer), longest = roster->options->timeout * INT64_C(1000000);
	if (turns < roster->count)
		longest = clock_least(longest, (roster->deadline - now) / (int64_t)(roster->count - turns + 1));
	for (size_t round = 1; round * roster->count < turns && wait < longest; round++)
		wait += wait / 2;
	wait = clock_least(wait, longest);
	return wait - wait / 8 * draw / UINT8_MAX;
}

void roster_reject(struct roster *roster, size_t seat, unsigned questions)
{
	uint8_t *counts = roster->seats[seat].rejections;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (questions & 1u << i && counts[i] < UINT8_MAX)
			counts[i]++;
}

void roster_count_as_silent(struct roster *roster, size_t seat, int64_t now)
{
	roster->seats[seat].due = now;
}

size_t roster_probe(const struct roster *roster, int64_t now, int64_t *patience)
{
	for (size_t i = roster->in_standing; roster->in_standing && i < roster->count; i++) {
		*patience = peer_take_probe(roster->seats[i].peer, now);
		if (*patience)
			return i;
	}
	return roster->count;
}

void roster_report(const struct roster *roster, int64_t now)
{
	for (size_t i = 0; i < roster->count; i++) {
		const struct seat *seat = &roster->seats[i];
		if (!seat->was_heard && seat->due && seat->due <= now)
			peer_silent(seat->peer, now);
	}
}
