// SPDX-License-Identifier: MIT
#include "resolver/sources.h"

#include <errno.h>
#include <stdlib.h>

#include "config/config.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/host.h"
#include "resolver/dry_run.h"
#include "resolver/source/hosts.h"
#include "resolver/source/recording.h"
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
		else if (lookup->dry_run && recording_answer(sources->recording, &questions[i], &answers[i]) != OUTCOME_PASS)
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

// The maximum number of additional queries to follow one CNAME chain.
#define FOLLOWED_MAX 16

// Returns whether the CNAME chain of the answer is incomplete, as from a server that does not recurse; *next is then
// the name to ask for. With an SOA record the chain is complete (RFC 2308 2.2).
static bool is_unfinished(const struct answer *answer, const struct question *question, struct name *next)
{
	return answer->outcome == OUTCOME_UNUSABLE && !answer->has_soa && answer_chain_end(answer, question, next) &&
		!name_equal(next, &question->name);
}

// Continues a chain that began in a `record` line or a zone in the hosts file. Returns false if the file has no address
// for any of the questions.
NOINLINE_LARGE_FRAME static bool ask_hosts(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	char text[NAME_TEXT_SIZE];
	bool is_found = false;
	for (size_t i = 0; i < count; i++) {
		struct host host = {0};
		const sa_family_t family = questions[i].type == RRTYPE_A ? AF_INET : AF_INET6;
		const bool is_address = questions[i].type == RRTYPE_A || questions[i].type == RRTYPE_AAAA;
		answers[i] = (struct answer){.outcome = OUTCOME_NO_DATA, .source = SOURCE_HOSTS};
		if (!is_address)
			continue;
		name_write(&questions[i].name, text);
		const enum outcome outcome = hosts_find(sources->hosts, text, family, true, &host);
		dry_run_note_hosts(lookup, text, outcome, &host);
		if (outcome == OUTCOME_FOUND &&
			answer_add_addresses(&answers[i], &questions[i], host.addresses, host.address_count)) {
			answers[i].outcome = OUTCOME_FOUND;
			is_found = true;
		}
		host_clear(&host);
	}
	return is_found;
}

// Appends the next part of the chain. If the chain is then too long to be walked, the answer is unusable.
NOINLINE_LARGE_FRAME static void extend_chain(
	struct answer *answer, struct answer *more, const struct question *question)
{
	struct name end;
	if (answer_extend(answer, more) && answer->outcome == OUTCOME_FOUND && !answer_chain_end(answer, question, &end))
		answer->outcome = OUTCOME_UNUSABLE;
}

// Asks for the ends of unfinished chains; questions whose chains end in the same name are asked together. Returns false
// if no chain was extended.
static bool follow_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	struct question next[QUESTIONS_MAX];
	struct answer more[QUESTIONS_MAX];
	size_t places[QUESTIONS_MAX], unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct question *end = &next[unfinished];
		if (!is_unfinished(&answers[i], &questions[i], &end->name) || !name_equal(&end->name, &next[0].name))
			continue;
		end->type = questions[i].type;
		end->class = questions[i].class;
		places[unfinished++] = i;
	}
	if (!unfinished)
		return false;
	const bool is_given = sources_is_configured(&answers[places[0]]);
	if (!is_given || !ask_hosts(sources, lookup, next, unfinished, more))
		sources_answer(sources, lookup, next, unfinished, more);
	bool is_extended = false;
	for (size_t i = 0; i < unfinished; i++) {
		// Stop here: libc would be asked for the first name of the chain, which must not leave this resolver.
		if (more[i].outcome == OUTCOME_SYSTEM)
			continue;
		extend_chain(&answers[places[i]], &more[i], &questions[places[i]]);
		is_extended = true;
	}
	return is_extended;
}

void sources_finish_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	for (int links = 0; links < FOLLOWED_MAX; links++)
		if (!follow_chains(sources, lookup, questions, count, answers))
			return;
}

void sources_finish_packet(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	struct lookup_context plain = *lookup;
	const uint16_t flags = answer->flags;
	struct name end;
	plain.as_packets = false;
	sources_finish_chains(sources, &plain, question, 1, answer);
	answer->flags = flags;  // AA refers to the first name (RFC 1035 4.1.1)
	if (answer->outcome == OUTCOME_UNUSABLE && !answer_chain_end(answer, question, &end)) {
		answer->outcome = OUTCOME_TRY_AGAIN;  // the chain is a loop or too long: recursive servers reply SERVFAIL
		answer->rcode = RCODE_SERVFAIL;
	}
	free(answer->message);
	answer->message = NULL;
	answer->message_size = 0;
}
