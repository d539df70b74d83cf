// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/upstream.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/kernel.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/source/upstream/reply.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/turn.h"
#include "resolver/source/upstream/upstream_query.h"
#include "resolver/source/upstream/upstream_request.h"

// Returns whether the attempt waits for a question that is still open.
static bool is_waiting(const struct upstream_query *query, const struct attempt *attempt)
{
	return attempt->waiting & query->open;
}

COLD static void log_no_reply(const struct upstream_query *query, const struct attempt *attempt)
{
	upstream_query_log(query, attempt, attempt->waiting & query->open, log_result_of_error(ETIMEDOUT));
	upstream_query_log(
		query, attempt, attempt->waiting & ~query->open, (struct log_result){.code = RESULT_NO_ANSWER_YET});
}

// Closes the attempt; logs it if a reply is missing.
static void give_up(const struct upstream_query *query, struct attempt *attempt)
{
	if (attempt->waiting)
		log_no_reply(query, attempt);
	attempt_close(attempt);
}

// Returns when to stop waiting for messages: at the end of the turn, if another server can be asked or late replies are
// awaited until then; when a provisional NXDOMAIN is due; at the deadline.
static int64_t wake_time(const struct upstream_query *query)
{
	const unsigned pending = query->open & ~query->provisional;
	int64_t until = query->selection.deadline;
	if (LIKELY(pending & ~query->exhausted) || (pending && query->next_turn > query->now))
		until = clock_least(until, query->next_turn);
	return UNLIKELY(query->provisional) ? clock_least(until, query->provisional_until) : until;
}

// Limits the messages of one attempt between two looks at the deadline, which a flood of datagrams must not prevent.
#define MESSAGES_PER_POLL 16

COLD static void poll_and_receive(
	struct upstream_query *query, struct attempt *const *attempts, nfds_t count, int64_t until)
{
	struct pollfd polled[UPSTREAM_QUERY_ATTEMPTS_MAX];
	for (nfds_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){attempts[i]->channel.descriptor, channel_events(&attempts[i]->channel), 0};
	const int ready = kernel_poll(polled, count, clock_milliseconds_until(until));
	query->now = clock_now();
	if (ready < 0 && errno != EINTR)
		query->error = errno;
	for (nfds_t i = 0; ready > 0 && i < count; i++)
		if (polled[i].revents)
			reply_receive(query, attempts[i], MESSAGES_PER_POLL);
}

// Receives a reply of a fault that is due, else waits until wake_time and receives messages. Those of a server that a
// fault delays are left in its channel. Closes the attempts whose questions have all been answered.
static void wait_and_receive(struct upstream_query *query)
{
	struct attempt *attempts[UPSTREAM_QUERY_ATTEMPTS_MAX];
	nfds_t count = 0;
	int64_t until = wake_time(query);
	size_t i = 0;
	do {
		struct attempt *attempt = query->attempts[i];
		if (UNLIKELY(!is_waiting(query, attempt))) {
			give_up(query, attempt);
		} else if (UNLIKELY(attempt->fault.due > query->now)) {
			until = clock_least(until, attempt->fault.due);
		} else if (attempt_is_feigned(attempt)) {
			reply_receive(query, attempt, 1);
			return;
		} else {
			attempts[count++] = attempt;
		}
	} while (UNLIKELY(++i < query->attempt_count));
	upstream_query_renew_time(query);
	if (LIKELY(count == 1) && channel_block(&attempts[0]->channel, clock_milliseconds(until - query->now)))
		reply_receive(query, attempts[0], 1);
	else
		poll_and_receive(query, attempts, count, until);
}

// Waits for the reply to a probe after the question was answered: a probed server that is slower than the others would
// otherwise stay down. The wait is the longer of the time that the lookup took and query->probe_wait, at most
// SERVER_PROBE_WAIT_MOST.
COLD static void hear_probe(struct upstream_query *query)
{
	struct attempt *probe = query->attempts[0];
	if (!probe->waiting || attempt_is_feigned(probe) || query->selection.candidates[probe->candidate].has_replied)
		return;
	int64_t taken = query->now - probe->started;
	int64_t more = clock_least(taken > query->probe_wait ? taken : query->probe_wait, SERVER_PROBE_WAIT_MOST);
	int64_t until = clock_least(query->now + more, query->selection.deadline);
	struct answer answer;
	const unsigned waiting = probe->waiting;
	enum attempt_event event = ATTEMPT_NOTHING;
	size_t which;
	while (event == ATTEMPT_NOTHING) {
		struct pollfd polled = {probe->channel.descriptor, channel_events(&probe->channel), 0};
		if (kernel_poll(&polled, 1, clock_milliseconds_until(until)) <= 0)
			break;
		event = attempt_receive(probe, query->request->questions, &which, &answer);
	}
	if (event == ATTEMPT_ANSWERED && query->is_logged)
		upstream_query_log_answer(query, probe, which, &answer);
	else if (event == ATTEMPT_BROKEN)
		upstream_query_log(query, probe, waiting, log_result_of_error(errno));
	if (event == ATTEMPT_ANSWERED)
		answer_clear(&answer);
	query->now = clock_now();
}

// Returns whether a reply is worth waiting for. Late replies to questions that all servers have rejected are awaited
// until the end of the turn, not until the deadline; but a TCP retry of a truncated or doubtful reply until it ends.
static bool has_outstanding(const struct upstream_query *query)
{
	const bool awaits_late = LIKELY(query->open & ~query->exhausted) || query->next_turn > query->now;
	unsigned waiting = 0;
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = query->attempts[i];
		if (LIKELY(awaits_late) || (attempt->stream && attempt->reason != ATTEMPT_TCP_FALLBACK))
			waiting |= attempt->waiting;
	}
	return waiting & query->open;
}

// Returns false at the deadline, from which on only what has come by then is received, however late this thread is.
static bool is_in_time(struct upstream_query *query)
{
	const int64_t now = UNLIKELY(query->is_logged) ? clock_now() : query->now;
	if (LIKELY(now < query->selection.deadline))
		return true;
	query->now = clock_least(query->now, query->selection.deadline);
	return false;
}

static void run(struct upstream_query *query)
{
	const struct lookup_context *lookup = query->request->lookup;
	bool has_time = query->now < query->selection.deadline;
	turn_send_probe(query);
	while (query->open && !query->error && has_time) {
		const size_t count = query->attempt_count;
		has_time = is_in_time(query);
		if (LIKELY(has_time))
			turn_take(query);
		if (!has_outstanding(query))
			break;
		if (lookup->while_waiting && query->attempt_count > count)
			lookup->while_waiting(lookup->begun);
		wait_and_receive(query);
		if (UNLIKELY(query->provisional))
			reply_accept_provisional(query);
	}
	if (LIKELY(query->attempt_count) && UNLIKELY(query->attempts[0]->reason == ATTEMPT_PROBE) && !query->open)
		hear_probe(query);
}

static void close_attempts(struct upstream_query *query)
{
	for (size_t i = 0; i < query->attempt_count; i++) {
		give_up(query, query->attempts[i]);
		if (UNLIKELY(query->attempts[i] != &query->first))
			free(query->attempts[i]);
	}
	query->attempt_count = 0;
}

// Sets the outcome of the questions that are still open after the servers or the time ran out, or poll(2) failed.
COLD static void finish_unanswered(struct upstream_query *query)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		struct answer *answer = &query->answers[i];
		if (query->open & 1u << i && query->error) {
			if (answer->source != SOURCE_UNSET)
				answer_clear(answer);
			*answer = (struct answer){.outcome = OUTCOME_ERROR, .error = query->error};
		} else if (query->open & 1u << i && answer->outcome == OUTCOME_PASS)
			*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT};
	}
}

// Asks the questions in the mask. calls is the number of calls, this one included, that share the remaining time.
static void ask_servers(struct upstream_query *query, unsigned questions, unsigned calls)
{
	query->open = questions;
	query->exhausted = 0;
	query->provisional = 0;
	query->cookie_renewed = 0;
	query->error = 0;
	query->turn_first = 0;
	query->next_turn = 0;
	const struct lookup_context *lookup = query->request->lookup;
	server_selection_begin(
		&query->selection, lookup->options, calls > 1 ? lookup_context_share(lookup, calls) : lookup->deadline);
	run(query);
	close_attempts(query);
	if (query->open)
		finish_unanswered(query);
}

static struct upstream_query *query_open(struct server_states *server_states, const struct upstream_request *request)
{
	const struct route *route = request->route;
	struct upstream_query *query = malloc(sizeof(*query) + route->server_count * sizeof(query->candidates[0]));
	if (!query)
		return NULL;
	const bool rotates = request->lookup->options->rotate;
	const size_t first = UNLIKELY(rotates) ? server_states_rotate(server_states, route->server_count) : 0;
	query->request = request;
	query->is_logged = lookup_context_is_logged(request->lookup);
	query->now = request->now;
	query->attempt_count = 0;
	server_selection_open(&query->selection, query->candidates, server_states, route, first);
	return query;
}

int64_t upstream_answer(
	struct server_states *server_states, const struct upstream_request *request, struct answer *answers)
{
	const struct options *options = request->lookup->options;
	struct upstream_query *query = query_open(server_states, request);
	for (unsigned left = request->wanted; left; left &= left - 1) {
		struct answer *answer = &answers[__builtin_ctz(left)];
		answer->outcome = OUTCOME_PASS;
		answer->source = SOURCE_UNSET;
		if (UNLIKELY(!query))
			*answer = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM};
	}
	if (!query)
		return request->now;
	query->answers = answers;
	if (UNLIKELY(options->single_request || options->single_request_reopen))
		for (unsigned left = request->wanted; left; left &= left - 1)
			ask_servers(query, left & -left, (unsigned)__builtin_popcount(left));
	else
		ask_servers(query, request->wanted, 1);
	const int64_t now = query->now;
	server_selection_report(&query->selection, now);
	free(query);
	return now;
}
