// SPDX-License-Identifier: MIT
#include "resolver/sources.h"

#include <errno.h>

#include "config/config.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dry_run.h"
#include "resolver/source/special.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream_request.h"
#include "resolver/source/zone_answer.h"
#include "resolver/source/zone_store.h"

// Answers without servers: from configured records and zones, then special names (RFC 6761, RFC 7686).
static void answer_locally(
	const struct zone_store *store, const struct route *route, const struct question *question, struct answer *answer)
{
	*answer = (struct answer){0};
	answer->outcome = zone_answer(store, question, answer);
	// Except if the user configured a route for the special domain, such as Tor's server for onion.
	if (answer->outcome == OUTCOME_PASS && !special_is_name(&route->domain))
		answer->outcome = special_answer(question, answer);
}

// Answers if the route has no server to ask: `system` or `none`.
static bool answer_by_route(const struct lookup_context *lookup, const struct route *route, struct answer *answer)
{
	// Only a program that changes its resolver state can have no servers or no attempts.
	if (!route->server_count || !lookup->options->attempts) {
		const int error = route->server_count ? ECONNREFUSED : ESRCH;
		*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = error};
		return true;
	}
	switch (route->servers[0].kind) {
	case SERVER_SYSTEM:
		*answer = (struct answer){.outcome = OUTCOME_SYSTEM, .source = SOURCE_SYSTEM};
		return true;
	case SERVER_NONE:
		*answer = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_NONE};
		return true;
	default:
		return false;
	}
}

static void note_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, const struct answer *answer)
{
	if (!lookup->dry_run)
		return;
	const struct dry_run_step step = {
		.kind = DRY_RUN_ANSWER,
		.question = question,
		.answer = answer,
		.line = sources_is_configured(answer) ? zone_store_line(sources->store, &question->name) : NULL,
	};
	dry_run_note(lookup, &step);
}

// Simulates the servers in a dry run: NXDOMAIN for every name; a timeout if simulated delays have passed the deadline.
static void answer_dry_run(const struct lookup_context *lookup, const struct route *route,
	const struct question *question, struct answer *answer)
{
	const struct dry_run_step step = {.kind = DRY_RUN_SERVERS, .question = question, .route = route};
	if (dry_run_clock(lookup) >= lookup->deadline) {
		*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT};
		return;
	}
	*answer = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN};
	dry_run_note(lookup, &step);
}

// Removes records that are not part of the CNAME chain from replies with an unfinished chain: they would be searched
// again with each further reply, and could contradict it.
NOINLINE_LARGE_FRAME static void cut_replies(
	const struct question *questions, size_t count, unsigned wanted, struct answer *answers)
{
	struct name end;
	for (size_t i = 0; i < count; i++)
		if (wanted & 1u << i && answers[i].outcome == OUTCOME_UNUSABLE)
			answer_chain_cut(&answers[i], &questions[i], &end);
}

void sources_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	const struct route *route = lookup_context_route(lookup, &questions[0].name);
	unsigned wanted = 0;
	for (size_t i = 0; i < count; i++) {
		answer_locally(sources->store, route, &questions[i], &answers[i]);
		if (answers[i].outcome != OUTCOME_PASS || answer_by_route(lookup, route, &answers[i]))
			note_answer(sources, lookup, &questions[i], &answers[i]);
		else if (lookup->dry_run)
			answer_dry_run(lookup, route, &questions[i], &answers[i]);
		else
			wanted |= 1u << i;
	}
	if (wanted)
		cached_upstream_answer(
			sources->upstream, &(struct upstream_request){lookup, route, questions, wanted, NULL}, answers);
	if (!lookup->as_packets)
		cut_replies(questions, count, wanted, answers);
}

void sources_send(const struct sources *sources, const struct lookup_context *lookup, const struct program_query *query,
	struct answer *answer)
{
	const struct route *route = lookup_context_route(lookup, &query->question.name);
	*answer = (struct answer){0};
	if (program_query_is_standard(query))
		answer_locally(sources->store, route, &query->question, answer);
	if (answer->outcome != OUTCOME_PASS || answer_by_route(lookup, route, answer))
		return;
	const struct message_view view = {query->bytes, query->size};
	const struct upstream_request request = {lookup, route, &query->question, 1, &view};
	cached_upstream_answer(sources->upstream, &request, answer);
}
