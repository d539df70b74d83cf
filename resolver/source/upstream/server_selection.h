// SPDX-License-Identifier: MIT
// The servers of one inquiry in the order in which they are asked: whose turn it is, and how long its turn lasts.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/source/upstream/upstream.h"

struct address;
struct options;
struct server_state;
struct server_states;
struct route;

// One server's.
struct candidate {
	const struct address *address;
	struct server_state *server_state;  // NULL: see server_states_find
	uint8_t rejections[QUESTIONS_MAX];  // by question: replies that were no answer
	uint8_t copies[QUESTIONS_MAX];      // by question: how often it was asked in its turns
	unsigned without_edns;              // one bit for each question that failed with EDNS, and is asked without it
	bool was_heard;                     // whatever it said
	int64_t due;                        // clock_now by when it should have said something; 0: not asked yet
};

struct server_selection {
	const struct options *options;
	int64_t deadline;
	struct candidate *candidates;  // those that are held (peers.h) behind the others
	size_t count;
	size_t usable_count;  // those that are not held
	unsigned wide_turns;
	size_t turns[QUESTIONS_MAX];  // by question: how many seats were gone through, round by round
};

// Fills seats, which has room for each server of the route and lives as long as the roster, in the route's order
// beginning with its first-th one.
void server_selection_open(struct server_selection *selection, struct candidate *candidates,
	struct server_states *server_states, const struct route *route, const struct options *options, size_t first);

// Begins at the first seat, for some questions that must be answered by deadline (clock_now).
void server_selection_begin(struct server_selection *selection, int64_t deadline);

// How many servers the turn that begins now asks at once: where all have been asked and time has been lost, or none of
// them is in good standing, two.
size_t server_selection_width(struct server_selection *selection);

// Takes the next server for the first of the questions asked, and of the others those that are at the same server:
// these become *together. A question for which there is none (every server has rejected it as often as the option
// attempts says) leaves *asked. False when none is left.
bool server_selection_next(struct server_selection *selection, unsigned *asked, unsigned *together, size_t *candidate);

// How long the turn of a server lasts that is asked now, in microseconds: what is usual for it, half as long again in
// each further round, less up to an eighth by draw (0 to 255). In the first round every server gets its turn, however
// little time there is.
int64_t server_selection_wait(const struct server_selection *selection, size_t candidate, int64_t now, uint8_t draw);

void server_selection_reject(struct server_selection *selection, size_t candidate, unsigned questions);

// The network says that it cannot be reached: no need to wait for its silence.
void server_selection_count_as_silent(struct server_selection *selection, size_t candidate, int64_t now);

// The held server that this inquiry is to look after, with *patience (server_state_take_probe); roster->count where there is
// none.
size_t server_selection_probe(const struct server_selection *selection, int64_t now, int64_t *patience);

// Tells the peers who stayed silent though it was time to answer.
void server_selection_report(const struct server_selection *selection, int64_t now);
