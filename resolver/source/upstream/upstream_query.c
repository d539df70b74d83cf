// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/upstream_query.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/extended_error.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/upstream_request.h"

#define DATAGRAM_COPIES_MAX 3               // datagrams with one question to one server before TCP is tried
#define CONFIRMATION_WAIT INT64_C(1000000)  // microseconds

// The texts of an event; allocated, since they are too large for small stacks.
struct event_texts {
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], server[ADDRESS_TEXT_SIZE], rule[NAME_TEXT_SIZE];
};

static void log_texts(struct event_texts *texts, const struct upstream_query *query, const struct attempt *attempt,
	size_t which, struct log_event event)
{
	const struct question *question = &query->request->questions[which];
	const struct lookup_context *lookup = query->request->lookup;
	event.kind = EVENT_EXCHANGE;
	event.name = name_write(&question->name, texts->name);
	event.type = rrtype_write(question->type, texts->type);
	event.rule = lookup_context_rule(lookup, &question->name, texts->rule);
	event.server = address_write_with_port(&attempt->server, texts->server);
	event.transport = address_transport(&attempt->server, attempt->stream);
	event.try = (unsigned)(attempt - query->attempts) + 1;
	event.microseconds = clock_now() - attempt->started;
	lookup_context_log(lookup, &event);
}

// details: the result and the other members that describe the reply.
static void log_exchange(
	const struct upstream_query *query, const struct attempt *attempt, size_t which, const struct log_event *details)
{
	if (!lookup_context_is_logged(query->request->lookup))
		return;
	const int saved = errno;
	struct event_texts *texts = malloc(sizeof(*texts));
	if (texts)
		log_texts(texts, query, attempt, which, *details);
	free(texts);
	errno = saved;
}

void upstream_query_log(
	const struct upstream_query *query, const struct attempt *attempt, unsigned questions, struct log_result result)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
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

void upstream_query_log_answer(
	const struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE], error[EXTENDED_ERROR_TEXT_SIZE];
	if (!lookup_context_is_logged(query->request->lookup))
		return;
	struct log_event details = {.result = log_result_of_rcode(answer->rcode, rcode)};
	details.bytes = (unsigned)answer->message_size;
	details.detail = extended_error_of(answer, error);
	if (!details.detail && answer->flags & FLAG_AD && address_is_encrypted(&attempt->server))
		details.detail = "ad";
	details.is_lame = !details.detail && answer->is_lame;
	if (details.is_lame)
		details.detail = log_result_word((struct log_result){.code = RESULT_LAME});
	log_exchange(query, attempt, which, &details);
}

// The reply of a server takes precedence over a failure to reach one.
void upstream_query_keep_failure(struct upstream_query *query, unsigned asked, enum outcome outcome, int error)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (asked & query->open & 1u << i && query->answers[i].source == SOURCE_UNSET) {
			query->answers[i].outcome = outcome;
			query->answers[i].error = error;
		}
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

static size_t first_of(unsigned questions)
{
	return (size_t)__builtin_ctz(questions);
}

// A middlebox may drop queries with EDNS: after two lost datagrams to a server that has never answered with EDNS, the
// next one has none.
static bool is_edns_suspect(const struct candidate *candidate, unsigned asked)
{
	return candidate->copies[first_of(asked)] == DATAGRAM_COPIES_MAX - 1 &&
		!server_state_has(candidate->server_state, SERVER_EDNS);
}

// The drop fault applies to the first datagrams of the first turn, that of a server to its first ones; probes do not
// count.
static bool is_to_be_lost(const struct upstream_query *query, const struct candidate *candidate, unsigned asked,
	const struct attempt *attempt)
{
	const size_t probes = query->attempt_count && query->attempts[0].reason == ATTEMPT_PROBE;
	if (attempt->stream || attempt->reason != ATTEMPT_TURN)
		return false;
	if (fault_plan_has(&attempt->fault, FAULT_DROP))
		return !candidate->copies[first_of(asked)];
	return query->request->lookup->drops_first && query->attempt_count == probes;
}

// Uses the capabilities that the server may have (server_state_may_have); mixed case only with a server_state, which
// records a lack. Queries of a program that parses messages have no cookies, and have EDNS whenever the program asks
// for it, as in glibc, since it may need DNSSEC signatures.
static void set_options(
	const struct upstream_query *query, const struct candidate *candidate, unsigned asked, struct attempt *out)
{
	const struct lookup_context *lookup = query->request->lookup;
	const struct options *options = lookup->options;
	const int64_t now = clock_now();
	const bool may_have_edns = lookup->as_packets || server_state_may_have(candidate->server_state, SERVER_EDNS, now);
	const bool edns = upstream_query_wants_edns(query) && may_have_edns && !(candidate->without_edns & asked) &&
		(out->stream || !is_edns_suspect(candidate, asked));
	// That of an encrypted server is authentic. Programs get it only with trust-ad (shim/reply_buffer.c).
	const bool asks_for_ad = options->trust_ad || address_is_encrypted(candidate->address);
	out->is_lost = is_to_be_lost(query, candidate, asked, out);
	out->packet_flags = (edns ? PACKET_EDNS : 0) | (asks_for_ad ? PACKET_AD : 0) |
		(options->dnssec_ok ? PACKET_DNSSEC_OK : 0) | (options->no_recursion ? PACKET_NO_RECURSION : 0) |
		(options->checking_disabled ? PACKET_CHECKING_DISABLED : 0);
	out->payload = (uint16_t)lookup->payload;
	out->sends_cookie = edns && !options->no_cookies && !lookup->as_packets &&
		server_state_may_have(candidate->server_state, SERVER_COOKIES, now);
	out->mixes_case = options->mix_case && candidate->server_state && !query->request->lookup->program_query &&
		server_state_may_have(candidate->server_state, SERVER_CASE, now);
	out->keeps_truncated = options->ignore_truncation;
	out->keeps_malformed = lookup->as_packets;
}

bool upstream_query_is_extra(enum attempt_reason reason)
{
	return reason == ATTEMPT_RETRY_DOUBTFUL || reason == ATTEMPT_TCP_FALLBACK || reason == ATTEMPT_PROBE;
}

// Sends questions to which the same fault of the server applies, or none. Of the attempt, reason, stream and fault are
// set.
static bool send_questions(struct upstream_query *query, struct attempt *attempt, size_t number, unsigned asked)
{
	struct candidate *candidate = &query->selection.candidates[number];
	const enum attempt_reason reason = attempt->reason;
	attempt->candidate = number;
	set_options(query, candidate, asked, attempt);
	if (attempt_open(attempt, candidate, query->request, asked) < 0) {
		upstream_query_log(query, attempt, asked, log_result_of_error(errno));
		if (!upstream_query_is_extra(reason))
			upstream_query_keep_failure(
				query, asked, channel_is_local_failure(errno) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, errno);
		return false;
	}
	query->attempt_count++;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (asked & 1u << i && (reason == ATTEMPT_TURN || reason == ATTEMPT_TCP_FALLBACK))
			candidate->copies[i]++;
	return true;
}

// Finds and logs the fault of a query to the server with the first of the asked questions; its member fault is NULL if
// there is none. *together receives the mask of the asked questions to which the same applies.
static struct fault_plan find_fault(
	const struct upstream_request *request, const struct address *server, unsigned asked, unsigned *together)
{
	struct fault_plan first = {0};
	*together = request->lookup->fault_injection ? 0 : asked;
	for (unsigned left = asked & ~*together; left; left &= left - 1) {
		const struct question *question = &request->questions[first_of(left)];
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
	first.due = fault_plan_is_silent(&first) ? INT64_MAX : first.begun + fault_plan_delay(&first);
	return first;
}

struct attempt *upstream_query_send(
	struct upstream_query *query, size_t number, unsigned asked, enum attempt_reason reason, bool stream)
{
	const struct address *server = query->selection.candidates[number].address;
	struct attempt *attempt = NULL;
	for (unsigned left = asked, together = asked; left; left &= ~together) {
		attempt = &query->attempts[query->attempt_count];
		if (query->attempt_count == UPSTREAM_QUERY_ATTEMPTS_MAX) {
			errno = ETIMEDOUT;
			return NULL;
		}
		*attempt = (struct attempt){.reason = reason, .stream = stream};
		attempt->fault = find_fault(query->request, server, left, &together);
		if (!send_questions(query, attempt, number, together))
			return NULL;
	}
	return attempt;
}

// As in glibc, a program's query of more than 512 bytes (RFC 1035 4.2.1) is sent over TCP.
static bool is_stream_wanted(const struct upstream_query *query)
{
	const struct program_query *program_query = query->request->lookup->program_query;
	return query->request->lookup->options->use_vc || (program_query && program_query->size > 512);
}

// Sends the questions in a turn of the candidate: over TCP after DATAGRAM_COPIES_MAX datagrams.
static struct attempt *send_in_turn(struct upstream_query *query, size_t number, unsigned asked)
{
	if (is_stream_wanted(query))
		return upstream_query_send(query, number, asked, ATTEMPT_TURN, true);
	if (query->selection.candidates[number].copies[first_of(asked)] == DATAGRAM_COPIES_MAX)
		return upstream_query_send(query, number, asked, ATTEMPT_TCP_FALLBACK, true);
	return upstream_query_send(query, number, asked, ATTEMPT_TURN, false);
}

// Sends each question to its next server, in one attempt if that is the same. Skips servers to which sending fails.
static void ask_next(struct upstream_query *query, unsigned asked)
{
	struct server_selection *selection = &query->selection;
	unsigned together, left = asked;
	size_t number = 0;
	while (query->attempt_count < UPSTREAM_QUERY_ATTEMPTS_MAX &&
		server_selection_next(selection, &left, &together, &number)) {
		struct candidate *candidate = &selection->candidates[number];
		const struct attempt *attempt = send_in_turn(query, number, together);
		if (attempt) {
			query->next_turn =
				attempt->started + server_selection_wait(selection, number, attempt->started, attempt->draw);
			if (!candidate->due)
				candidate->due = query->next_turn;
			left &= ~together;
			asked &= ~together;
		} else if (channel_is_local_failure(errno)) {
			break;
		} else {
			server_selection_reject(selection, number, together);
			candidate->due = clock_now();
		}
	}
	query->exhausted |= asked;
}

// Returns the open questions that no attempt of this turn can answer. TCP retries of truncated or doubtful replies also
// count if they began in an earlier turn.
static unsigned without_attempt(const struct upstream_query *query)
{
	unsigned waiting = 0;
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = &query->attempts[i];
		bool is_late = i < query->turn_first && (!attempt->stream || attempt->reason == ATTEMPT_TCP_FALLBACK);
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

void upstream_query_note_unconfirmed(struct upstream_query *query, size_t candidate)
{
	struct server_state *server_state = query->selection.candidates[candidate].server_state;
	server_state_note_lack(server_state, SERVER_COOKIES, clock_now());
	server_state_note_lack(server_state, SERVER_CASE, clock_now());
}

// If a firewall drops TCP, the retry of a doubtful reply does not end: after CONFIRMATION_WAIT such replies are
// accepted.
static void accept_unconfirmed(struct upstream_query *query)
{
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = &query->attempts[i];
		if (attempt->reason == ATTEMPT_RETRY_DOUBTFUL && attempt->waiting & query->open &&
			attempt->started + CONFIRMATION_WAIT <= clock_now())
			upstream_query_note_unconfirmed(query, attempt->candidate);
	}
}

void upstream_query_take_turn(struct upstream_query *query, int64_t now)
{
	unsigned left = without_attempt(query);
	unsigned all = query->open & ~query->exhausted & ~query->provisional;
	if (all && query->next_turn <= now) {
		query->turn_first = query->attempt_count;
		accept_unconfirmed(query);
		take_turns(query, all, server_selection_width(&query->selection));
	} else if (left) {
		ask_next(query, left);
	}
}

void upstream_query_send_probe(struct upstream_query *query, int64_t now)
{
	size_t number = server_selection_probe(&query->selection, now, &query->probe_wait);
	if (number != query->selection.count)
		upstream_query_send(query, number, query->open, ATTEMPT_PROBE, is_stream_wanted(query));
}
