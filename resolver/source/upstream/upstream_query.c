// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/upstream_query.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/extended_error.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/upstream_request.h"

// The texts of an event; allocated, since they are too large for small stacks.
struct event_texts {
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], server[ADDRESS_TEXT_SIZE], rule[NAME_TEXT_SIZE];
};

COLD static void log_texts(struct event_texts *texts, const struct upstream_query *query, const struct attempt *attempt,
	size_t which, struct log_event event)
{
	const struct question *question = &query->request->questions[which];
	const struct lookup_context *lookup = query->request->lookup;
	event.kind = EVENT_EXCHANGE;
	event.name = name_write(&question->name, texts->name);
	event.type = rrtype_write(question->type, texts->type);
	event.rule = lookup_context_rule(lookup, &question->name, texts->rule);
	event.server = address_write_with_port(attempt->server, texts->server);
	event.transport = address_transport(attempt->server, attempt->stream);
	event.try = attempt->number;
	event.microseconds = clock_now() - attempt->started;
	lookup_context_log(lookup, &event);
}

// details: the result and the other members that describe the reply.
COLD static void log_exchange(
	const struct upstream_query *query, const struct attempt *attempt, size_t which, const struct log_event *details)
{
	const int saved = errno;
	struct event_texts *texts = malloc(sizeof(*texts));
	if (texts)
		log_texts(texts, query, attempt, which, *details);
	free(texts);
	errno = saved;
}

COLD void upstream_query_log(
	const struct upstream_query *query, const struct attempt *attempt, unsigned questions, struct log_result result)
{
	for (size_t i = 0; query->is_logged && i < QUESTIONS_MAX; i++)
		if (questions & 1u << i)
			log_exchange(query, attempt, i, &(struct log_event){.result = result});
}

// Returns the extended error (RFC 8914) of a reply without data, or NULL.
static const char *extended_error_of(const struct answer *answer, char *text)
{
	if (answer->outcome == OUTCOME_FOUND || !answer->has_opt || !answer->message)
		return NULL;
	return extended_error_write(answer->message, answer->message_size, text);
}

COLD void upstream_query_log_answer(
	const struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE], error[EXTENDED_ERROR_TEXT_SIZE];
	struct log_event details = {.result = log_result_of_rcode(answer->rcode, rcode)};
	details.bytes = (unsigned)answer->message_size;
	details.detail = extended_error_of(answer, error);
	if (!details.detail && answer->flags & FLAG_AD && address_is_encrypted(attempt->server))
		details.detail = "ad";
	details.is_lame = !details.detail && answer->is_lame;
	if (details.is_lame)
		details.detail = log_result_word((struct log_result){.code = RESULT_LAME});
	log_exchange(query, attempt, which, &details);
}

// The reply of a server takes precedence over a failure to reach one.
COLD void upstream_query_keep_failure(struct upstream_query *query, unsigned asked, enum outcome outcome, int error)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (asked & query->open & 1u << i && query->answers[i].source == SOURCE_UNSET)
			query->answers[i] = (struct answer){.outcome = outcome, .error = error};
	}
}

// Host lookups use EDNS for its larger replies; a program that parses messages chooses itself. The option no-edns is
// for networks that drop OPT records, and so applies to both.
bool upstream_query_wants_edns(const struct upstream_query *query)
{
	const struct lookup_context *lookup = query->request->lookup;
	const struct options *options = lookup->options;
	return !options->no_edns && (!lookup->as_packets || options->edns0 || options->dnssec_ok);
}

// A middlebox may drop queries with EDNS: after two lost datagrams to a server that has never answered with EDNS, the
// next one has none.
static bool is_edns_suspect(const struct candidate *candidate, unsigned asked)
{
	return UNLIKELY(candidate->copies[upstream_query_first_of(asked)] == UPSTREAM_QUERY_COPIES_MAX - 1) &&
		!server_state_has(candidate->server_state, SERVER_EDNS);
}

static bool uses_edns(
	const struct upstream_query *query, const struct candidate *candidate, unsigned asked, bool stream)
{
	if (UNLIKELY(!upstream_query_wants_edns(query) || candidate->without_edns & asked))
		return false;
	if (LIKELY(!query->request->lookup->as_packets) &&
		UNLIKELY(!server_state_may_have(candidate->server_state, SERVER_EDNS, query->now)))
		return false;
	return UNLIKELY(stream) || !is_edns_suspect(candidate, asked);
}

// The drop fault applies to the first datagrams of the first turn, that of a server to its first ones; probes do not
// count.
COLD static bool is_to_be_lost(const struct upstream_query *query, const struct candidate *candidate, unsigned asked,
	const struct attempt *attempt)
{
	const size_t probes = query->attempt_count && query->attempts[0]->reason == ATTEMPT_PROBE;
	if (attempt->stream || attempt->reason != ATTEMPT_TURN)
		return false;
	if (fault_plan_has(&attempt->fault, FAULT_DROP))
		return !candidate->copies[upstream_query_first_of(asked)];
	return query->request->lookup->drops_first && query->attempt_count == probes;
}

// Uses the capabilities that the server may have (server_state_may_have); mixed case only with a server_state, which
// records a lack. Queries of a program that parses messages have no cookies, and have EDNS whenever the program asks
// for it, as in glibc, since it may need DNSSEC signatures. The reply of a fault has neither cookie nor mixed case.
static void set_options(
	const struct upstream_query *query, const struct candidate *candidate, unsigned asked, struct attempt *out)
{
	const struct lookup_context *lookup = query->request->lookup;
	const struct options *options = lookup->options;
	const bool edns = uses_edns(query, candidate, asked, out->stream);
	// That of an encrypted server is authentic. Programs get it only with trust-ad (shim/reply_buffer.c).
	const bool asks_for_ad = options->trust_ad || address_is_encrypted(candidate->address);
	out->is_lost = (lookup->fault_injection || lookup->drops_first) && is_to_be_lost(query, candidate, asked, out);
	out->packet_flags = (edns ? PACKET_EDNS : 0) | (asks_for_ad ? PACKET_AD : 0) |
		(options->dnssec_ok ? PACKET_DNSSEC_OK : 0) | (options->no_recursion ? PACKET_NO_RECURSION : 0) |
		(options->checking_disabled ? PACKET_CHECKING_DISABLED : 0);
	out->payload = (uint16_t)lookup->payload;
	out->sends_cookie = LIKELY(edns && !options->no_cookies && !lookup->as_packets && !attempt_is_feigned(out)) &&
		server_state_may_have(candidate->server_state, SERVER_COOKIES, query->now);
	out->mixes_case = UNLIKELY(options->mix_case) && candidate->server_state && !lookup->program_query &&
		!attempt_is_feigned(out) && server_state_may_have(candidate->server_state, SERVER_CASE, query->now);
	out->keeps_truncated = options->ignore_truncation;
	out->keeps_malformed = lookup->as_packets;
	out->has_room = UNLIKELY(lookup->as_packets) || candidate->sends_long;
}

// Sends questions to which the same fault of the server applies, or none. Of the attempt, reason, stream and fault are
// set.
static bool send_questions(struct upstream_query *query, struct attempt *attempt, size_t number, unsigned asked)
{
	struct candidate *candidate = &query->selection.candidates[number];
	attempt->candidate = number;
	attempt->started = query->now;
	set_options(query, candidate, asked, attempt);
	if (attempt_open(attempt, candidate, query->request, asked) < 0) {
		upstream_query_log(query, attempt, asked, log_result_of_error(errno));
		if (!upstream_query_is_extra(attempt->reason))
			upstream_query_keep_failure(
				query, asked, channel_is_local_failure(errno) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, errno);
		return false;
	}
	query->attempts[query->attempt_count++] = attempt;
	if (LIKELY(attempt->reason == ATTEMPT_TURN) || attempt->reason == ATTEMPT_TCP_FALLBACK)
		for (unsigned left = asked; left; left &= left - 1)
			candidate->copies[upstream_query_first_of(left)]++;
	return true;
}

// Finds and logs the fault of a query to the server with the first of the asked questions; its member fault is NULL if
// there is none. *together receives the mask of the asked questions to which the same applies.
COLD static struct fault_plan find_fault(
	struct upstream_query *query, const struct address *server, unsigned asked, unsigned *together)
{
	const struct upstream_request *request = query->request;
	struct fault_plan first = {0};
	*together = 0;
	for (unsigned left = asked; left; left &= left - 1) {
		const struct question *question = &request->questions[upstream_query_first_of(left)];
		const struct fault_plan plan = faults_plan(request->lookup, question, server);
		if (!*together)
			first = plan;
		if (plan.fault != first.fault)
			continue;
		*together |= left & -left;
		request->lookup->fault_injection->hits_server |= plan.fault != NULL;
		if (plan.fault)
			fault_log(request->lookup, &plan, question, (struct log_result){0});
	}
	query->now = clock_now();  // the counter of a run may block
	first.due = fault_plan_is_silent(&first) ? INT64_MAX : first.begun + fault_plan_delay(&first);
	return first;
}

// Returns NULL with errno on failure.
static struct attempt *make_attempt(struct upstream_query *query, unsigned asked)
{
	const size_t count = query->attempt_count;
	struct attempt *attempt = LIKELY(!count)  ? &query->first
		: count < UPSTREAM_QUERY_ATTEMPTS_MAX ? malloc(sizeof(*attempt))
											  : NULL;
	if (LIKELY(attempt))
		attempt->number = (unsigned)count + 1;
	else if (count == UPSTREAM_QUERY_ATTEMPTS_MAX)
		errno = ETIMEDOUT;
	else
		upstream_query_keep_failure(query, asked, OUTCOME_ERROR, ENOMEM);
	return attempt;
}

COLD static void free_attempt(const struct upstream_query *query, struct attempt *attempt)
{
	const int saved = errno;
	if (attempt != &query->first)
		free(attempt);
	errno = saved;
}

struct attempt *upstream_query_send(
	struct upstream_query *query, size_t number, unsigned asked, enum attempt_reason reason, bool stream)
{
	const struct address *server = query->selection.candidates[number].address;
	struct attempt *attempt = NULL;
	unsigned left = asked, together = asked;
	do {
		attempt = make_attempt(query, left);
		if (!attempt)
			return NULL;
		attempt->reason = reason;
		attempt->stream = stream;
		attempt->fault = (struct fault_plan){0};
		if (query->request->lookup->fault_injection)
			attempt->fault = find_fault(query, server, left, &together);
		if (!send_questions(query, attempt, number, together)) {
			free_attempt(query, attempt);
			return NULL;
		}
		left &= ~together;
	} while (UNLIKELY(left));
	return attempt;
}

COLD void upstream_query_note_unconfirmed(struct upstream_query *query, size_t candidate)
{
	struct server_state *server_state = query->selection.candidates[candidate].server_state;
	server_state_note_lack(server_state, SERVER_COOKIES, query->now);
	server_state_note_lack(server_state, SERVER_CASE, query->now);
}
