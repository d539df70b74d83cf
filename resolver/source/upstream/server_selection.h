// SPDX-License-Identifier: MIT
// Selects the servers of one upstream query: which server is asked next, and for how long its reply is awaited.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct address;
struct options;
struct server_state;
struct server_states;
struct route;

// A server of the route, and its part in this query.
struct candidate {
	const struct address *address;
	struct server_state *server_state;  // NULL: see server_states_find
	uint8_t rejections[QUESTIONS_MAX];  // by question: failures, after which other servers are asked
	uint8_t copies[QUESTIONS_MAX];      // by question: how often it was sent in turns of this server
	unsigned without_edns;              // bit mask of questions to be sent without EDNS, after a failure with it
	bool has_replied;                   // any reply was received
	bool sends_long;                    // a datagram was longer than the query allows
	int64_t due;  // clock_now at which it counts as silent, the end of its first turn; 0: not asked yet
};

struct server_selection {
	const struct options *options;
	int64_t deadline;
	struct candidate *candidates;  // usable servers first, down servers (server_state.h) after them
	size_t count;
	size_t usable_count;          // the number of usable servers
	unsigned wide_turns;          // turns so far that asked two servers at once
	size_t turns[QUESTIONS_MAX];  // by question: candidates passed so far; its remainder by count is the next
};

// Fills candidates, which must have room for all servers of the route and outlive the selection: in the order of the
// route, starting at index first, usable servers before those that are down.
void server_selection_open(struct server_selection *selection, struct candidate *candidates,
	struct server_states *server_states, const struct route *route, size_t first);

// Restarts with the first candidate for questions that must be answered by deadline (clock_now, microseconds), with the
// timeout and the number of attempts of options.
void server_selection_begin(struct server_selection *selection, const struct options *options, int64_t deadline);

// Returns how many servers the turn that begins now is to ask at once: 1, or 2 if all servers have been asked without
// success, or none is usable. At most three turns ask two.
size_t server_selection_width(struct server_selection *selection);

// Selects the next candidate for the first question in the mask *asked. *together receives the mask of that question
// and of those with the same next candidate. Removes a question from *asked if every server has rejected it as often as
// the option attempts says. Returns false if no question has a candidate.
bool server_selection_next(struct server_selection *selection, unsigned *asked, unsigned *together, size_t *candidate);

// Returns the duration of the turn of a candidate that is asked now, in microseconds: server_state_wait, increased by
// half in each further round, at most the option timeout, less up to an eighth by draw (random, 0 to 255). In the first
// round the turns are shortened so that every server is asked before the deadline.
int64_t server_selection_wait(const struct server_selection *selection, size_t candidate, int64_t now, uint8_t draw);

// Counts a failure of the candidate for the questions in the mask.
void server_selection_reject(struct server_selection *selection, size_t candidate, unsigned questions);

// Returns the down server that this query is to probe, with *probe_wait as from server_state_take_probe; or
// selection->count: none.
size_t server_selection_probe(const struct server_selection *selection, int64_t now, int64_t *probe_wait);

// Records in the server states which servers sent no reply in their time.
void server_selection_report(const struct server_selection *selection, int64_t now);
