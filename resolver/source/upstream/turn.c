// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/turn.h"

#include <errno.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/source/upstream/upstream_query.h"
#include "resolver/source/upstream/upstream_request.h"

#define CONFIRMATION_WAIT INT64_C(1000000)  // microseconds

// As in glibc, a program's query of more than 512 bytes (RFC 1035 4.2.1) is sent over TCP.
static bool is_stream_wanted(const struct upstream_query *query)
{
	const struct program_query *program_query = query->request->lookup->program_query;
	return UNLIKELY(query->request->lookup->options->use_vc) || (UNLIKELY(program_query) && program_query->size > 512);
}

// Sends the questions in a turn of the candidate: over TCP after UPSTREAM_QUERY_COPIES_MAX datagrams.
static struct attempt *send_in_turn(struct upstream_query *query, size_t number, unsigned asked)
{
	if (is_stream_wanted(query))
		return upstream_query_send(query, number, asked, ATTEMPT_TURN, true);
	if (UNLIKELY(
			query->selection.candidates[number].copies[upstream_query_first_of(asked)] == UPSTREAM_QUERY_COPIES_MAX))
		return upstream_query_send(query, number, asked, ATTEMPT_TCP_FALLBACK, true);
	return upstream_query_send(query, number, asked, ATTEMPT_TURN, false);
}

// After sending to the candidate failed. Returns whether another one may be asked.
COLD static bool skip_server(struct upstream_query *query, size_t number, unsigned together)
{
	if (channel_is_local_failure(errno))
		return false;
	server_selection_reject(&query->selection, number, together);
	query->now = clock_now();
	query->selection.candidates[number].due = query->now;
	return true;
}

// Sends each question to its next server, in one attempt if that is the same. Skips servers to which sending fails.
static void ask_next(struct upstream_query *query, unsigned asked)
{
	struct server_selection *selection = &query->selection;
	unsigned together, left = asked;
	size_t number = 0;
	upstream_query_renew_time(query);
	do {
		if (query->attempt_count == UPSTREAM_QUERY_ATTEMPTS_MAX ||
			!server_selection_next(selection, &left, &together, &number))
			break;
		const struct attempt *attempt = send_in_turn(query, number, together);
		if (!attempt && skip_server(query, number, together))
			continue;
		if (!attempt)
			break;
		struct candidate *candidate = &selection->candidates[number];
		query->next_turn =
			attempt->started + server_selection_wait(selection, number, attempt->started, attempt->draws.spare);
		if (LIKELY(!candidate->due))
			candidate->due = query->next_turn;
		left &= ~together;
		asked &= ~together;
	} while (UNLIKELY(left));
	query->exhausted |= asked;
}

// Returns the open questions that no attempt of this turn can answer. TCP retries of truncated or doubtful replies also
// count if they began in an earlier turn.
static unsigned without_attempt(const struct upstream_query *query)
{
	unsigned waiting = 0;
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = query->attempts[i];
		bool is_late = UNLIKELY(i < query->turn_first) && (!attempt->stream || attempt->reason == ATTEMPT_TCP_FALLBACK);
		if (!is_late && attempt->reason != ATTEMPT_PROBE)
			waiting |= attempt->waiting;
	}
	return query->open & ~query->exhausted & ~query->provisional & ~waiting;
}

// Asks width servers. The one that usually answers faster determines the duration of the turn.
static void take_turns(struct upstream_query *query, unsigned asked, size_t width)
{
	int64_t next_turn = INT64_MAX;
	for (; width; width--) {
		ask_next(query, asked);
		if (query->next_turn < next_turn)
			next_turn = query->next_turn;
	}
	query->next_turn = next_turn;
}

// If a firewall drops TCP, the retry of a doubtful reply does not end: after CONFIRMATION_WAIT such replies are
// accepted.
COLD static void accept_unconfirmed(struct upstream_query *query)
{
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = query->attempts[i];
		if (attempt->reason == ATTEMPT_RETRY_DOUBTFUL && attempt->waiting & query->open &&
			attempt->started + CONFIRMATION_WAIT <= query->now)
			upstream_query_note_unconfirmed(query, attempt->candidate);
	}
}

void turn_take(struct upstream_query *query)
{
	const unsigned all = query->open & ~query->exhausted & ~query->provisional;
	if (all && query->next_turn <= query->now) {
		query->turn_first = query->attempt_count;
		if (query->attempt_count)
			accept_unconfirmed(query);
		take_turns(query, all, server_selection_width(&query->selection));
		return;
	}
	const unsigned left = without_attempt(query);
	if (UNLIKELY(left))
		ask_next(query, left);
}

void turn_send_probe(struct upstream_query *query)
{
	const struct server_selection *selection = &query->selection;
	if (LIKELY(selection->usable_count == selection->count))
		return;
	upstream_query_renew_time(query);
	const size_t number = server_selection_probe(selection, query->now, &query->probe_wait);
	if (number != selection->count)
		upstream_query_send(query, number, query->open, ATTEMPT_PROBE, is_stream_wanted(query));
}
