// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/reply.h"

#include <errno.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/lookup_context.h"
#include "resolver/dns/packet_write.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/upstream_query.h"
#include "resolver/source/upstream/upstream_request.h"

// Returns whether an attempt for the question is outstanding at the candidate: over TCP, or else one without EDNS.
COLD static bool is_asked(const struct upstream_query *query, size_t candidate, size_t which, bool over_tcp)
{
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *attempt = query->attempts[i];
		if ((over_tcp ? attempt->stream : !(attempt->packet_flags & PACKET_EDNS)) && attempt->waiting & 1u << which &&
			attempt->candidate == candidate)
			return true;
	}
	return false;
}

// As upstream_query_send, after the reply to the question was logged.
COLD static struct attempt *ask_again(
	struct upstream_query *query, size_t candidate, size_t which, enum attempt_reason reason, bool stream)
{
	upstream_query_renew_time(query);
	return upstream_query_send(query, candidate, 1u << which, reason, stream);
}

// A datagram that is longer than the query allows is asked for again with room for it: the server may lack TCP.
COLD static void retry_truncated(struct upstream_query *query, const struct attempt *cut, size_t which)
{
	size_t candidate = cut->candidate;
	query->selection.candidates[candidate].sends_long |= cut->was_cut;
	if (cut->was_cut && !cut->has_room && ask_again(query, candidate, which, ATTEMPT_TURN, false))
		return;
	if (!is_asked(query, candidate, which, true) && !ask_again(query, candidate, which, ATTEMPT_RETRY_TRUNCATED, true))
		server_selection_reject(&query->selection, candidate, 1u << which);
}

COLD static void retry_without_proof(struct upstream_query *query, size_t candidate, unsigned questions)
{
	upstream_query_note_unconfirmed(query, candidate);
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (questions & query->open & 1u << i)
			ask_again(query, candidate, i, ATTEMPT_TURN, false);
}

// The genuine reply may still come over UDP; a reply over TCP is reliable in any case.
COLD static void retry_for_proof(struct upstream_query *query, const struct attempt *doubtful, size_t which)
{
	size_t candidate = doubtful->candidate;
	if (!is_asked(query, candidate, which, true) && !ask_again(query, candidate, which, ATTEMPT_RETRY_DOUBTFUL, true))
		retry_without_proof(query, candidate, 1u << which);
}

// Returns whether the failure may be caused by the OPT record, in the server or a middlebox. REFUSED and SERVFAIL are
// normally about the name: they count only if the server has never answered with EDNS, and SERVFAIL only without OPT.
static bool may_come_of_edns(const struct attempt *attempt, const struct answer *answer)
{
	switch (answer->rcode) {
	case RCODE_FORMERR:
	case RCODE_NOTIMP:
	case RCODE_BADVERS:
		return true;
	case RCODE_REFUSED:
		return !server_state_has(attempt->server_state, SERVER_EDNS);
	case RCODE_SERVFAIL:
		return !server_state_has(attempt->server_state, SERVER_EDNS) && !answer->has_opt;
	default:
		return false;
	}
}

// RFC 6891 7: retries without EDNS before the failure counts. Returns whether such a query is outstanding.
COLD static bool retry_without_edns(struct upstream_query *query, const struct attempt *attempt, size_t which)
{
	if (query->request->lookup->program_query || !(attempt->packet_flags & PACKET_EDNS))
		return false;
	struct candidate *candidate = &query->selection.candidates[attempt->candidate];
	if (candidate->without_edns & 1u << which)
		return is_asked(query, attempt->candidate, which, false);
	candidate->without_edns |= 1u << which;
	return ask_again(query, attempt->candidate, which, ATTEMPT_TURN, attempt->stream);
}

// Retries without what the server may not support. FORMERR with an OPT record: it supports EDNS, so the cookie was the
// cause.
COLD static bool retry_simplified(
	struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer)
{
	const bool is_known = answer->has_opt && answer->rcode != RCODE_REFUSED;
	if (!may_come_of_edns(attempt, answer))
		return false;
	if (attempt->cookie.size && is_known) {
		server_state_note_lack(attempt->server_state, SERVER_COOKIES, query->now);
		return ask_again(query, attempt->candidate, which, ATTEMPT_TURN, attempt->stream);
	}
	return retry_without_edns(query, attempt, which);
}

// RFC 7873 5.3: retries with the server cookie of the reply; if that is rejected too, over TCP without a cookie.
COLD static bool retry_with_new_cookie(
	struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer)
{
	if (answer->rcode != RCODE_BADCOOKIE || !attempt->cookie.size)
		return false;
	bool is_new = attempt->cookie_was_wrong && !(query->cookie_renewed & 1u << which);
	query->cookie_renewed |= 1u << which;
	if (!is_new)
		server_state_note_lack(attempt->server_state, SERVER_COOKIES, query->now);
	return ask_again(query, attempt->candidate, which, ATTEMPT_TURN, attempt->stream || !is_new);
}

// An answer to a query without EDNS, after queries with EDNS got lost or failed, shows that the server lacks EDNS. A
// failure shows nothing.
static void note_edns_support(
	const struct upstream_query *query, const struct attempt *attempt, const struct answer *answer)
{
	if (UNLIKELY(!(attempt->packet_flags & PACKET_EDNS)) && !query->request->lookup->program_query &&
		upstream_query_wants_edns(query) && !answer_is_failure(answer) &&
		server_state_may_have(attempt->server_state, SERVER_EDNS, query->now))
		server_state_note_lack(attempt->server_state, SERVER_EDNS, query->now);
}

// If one of two questions of an attempt has been answered, the other reply must follow soon, or it was lost: shortens
// the turn.
static void hurry_sibling(struct upstream_query *query, const struct attempt *attempt)
{
	if (!(attempt->waiting & query->open) || upstream_query_is_extra(attempt->reason))
		return;
	const int64_t wait = clock_most(4 * (query->now - attempt->started), SERVER_WAIT_LEAST);
	query->next_turn = clock_least(query->next_turn, query->now + wait);
}

// Server order matters (split horizon): an earlier server may have names for which later ones reply NXDOMAIN. It gets
// SERVER_WAIT_UNKNOWN to answer before an NXDOMAIN of a later one is accepted. Returns until when (clock_now); 0 if no
// server before candidate is outstanding.
COLD static int64_t earlier_server_due(const struct upstream_query *query, size_t candidate, size_t which)
{
	int64_t due = 0;
	for (size_t i = 0; i < query->attempt_count; i++) {
		const struct attempt *other = query->attempts[i];
		const bool is_earlier = other->candidate < candidate && other->candidate < query->selection.usable_count;
		if (is_earlier && other->waiting & 1u << which)
			due = clock_most(due, other->started + SERVER_WAIT_UNKNOWN);
	}
	return due > query->now ? due : 0;
}

static bool is_provisional_nxdomain(
	struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer)
{
	if (LIKELY(!attempt->candidate) || answer->outcome != OUTCOME_NO_NAME)
		return false;
	int64_t due = earlier_server_due(query, attempt->candidate, which);
	if (!due)
		return false;
	query->provisional_from[which] = attempt->candidate;
	query->provisional_until = due;
	return true;
}

COLD void reply_accept_provisional(struct upstream_query *query)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (!(query->provisional & 1u << i) || earlier_server_due(query, query->provisional_from[i], i))
			continue;
		query->provisional &= ~(1u << i);
		query->open &= ~(1u << i);
	}
}

static void take_answer(struct upstream_query *query, struct attempt *attempt, size_t which, struct answer *answer)
{
	note_edns_support(query, attempt, answer);
	if (answer->rcode != RCODE_NOERROR &&
		(retry_simplified(query, attempt, which, answer) || retry_with_new_cookie(query, attempt, which, answer))) {
		answer_clear(answer);
		return;
	}
	if (UNLIKELY(answer->is_lame))
		answer->outcome = OUTCOME_TRY_AGAIN;
	bool another_may_know = answer->outcome == OUTCOME_TRY_AGAIN;
	if (UNLIKELY(another_may_know) && query->provisional & 1u << which) {
		answer_clear(answer);  // a provisional NXDOMAIN is the better answer
		return;
	}
	bool may_be_wrong = is_provisional_nxdomain(query, attempt, which, answer);
	if (query->answers[which].source != SOURCE_UNSET)
		answer_clear(&query->answers[which]);
	query->answers[which] = *answer;
	query->provisional &= ~(1u << which);
	hurry_sibling(query, attempt);
	if (UNLIKELY(may_be_wrong))
		query->provisional |= 1u << which;
	else if (UNLIKELY(another_may_know))
		server_selection_reject(&query->selection, attempt->candidate, 1u << which);
	else
		query->open &= ~(1u << which);
}

// A malformed reply does not delay a provisional NXDOMAIN of another server.
COLD static void take_malformed(struct upstream_query *query, const struct attempt *attempt, size_t which)
{
	const bool is_wanted = query->open & ~query->provisional & 1u << which;
	upstream_query_log(query, attempt, 1u << which, (struct log_result){.code = RESULT_MALFORMED});
	if (is_wanted && retry_without_edns(query, attempt, which))
		return;
	upstream_query_keep_failure(query, 1u << which, OUTCOME_UNUSABLE, 0);
	server_selection_reject(&query->selection, attempt->candidate, 1u << which);
}

COLD static void take_broken(struct upstream_query *query, struct attempt *attempt, unsigned waiting, int error)
{
	upstream_query_log(query, attempt, waiting & query->open, log_result_of_error(error));
	if (!attempt->stream)  // unreachable (ICMP error)
		query->selection.candidates[attempt->candidate].due = query->now;
	if (attempt->reason == ATTEMPT_RETRY_DOUBTFUL)
		retry_without_proof(query, attempt->candidate, waiting);
	if (upstream_query_is_extra(attempt->reason))
		return;
	upstream_query_keep_failure(query, waiting, error == ENOMEM ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, error);
	server_selection_reject(&query->selection, attempt->candidate, waiting);
}

// Messages without an answer.
COLD static void take_other(
	struct upstream_query *query, struct attempt *attempt, size_t which, enum attempt_event event)
{
	switch (event) {
	case ATTEMPT_DOUBTFUL:
		upstream_query_log(query, attempt, 1u << which, (struct log_result){.code = RESULT_DOUBTFUL});
		retry_for_proof(query, attempt, which);
		break;
	case ATTEMPT_TRUNCATED:
		upstream_query_log(query, attempt, 1u << which, (struct log_result){.code = RESULT_TRUNCATED});
		retry_truncated(query, attempt, which);
		break;
	case ATTEMPT_MALFORMED:
		take_malformed(query, attempt, which);
		break;
	default:
		break;
	}
}

static void take_answered(struct upstream_query *query, struct attempt *attempt, size_t which, struct answer *answer)
{
	if (query->is_logged)
		upstream_query_log_answer(query, attempt, which, answer);
	if (LIKELY(query->open & 1u << which))
		take_answer(query, attempt, which, answer);
	else
		answer_clear(answer);
}

// Returns whether there was a message.
static bool receive_message(struct upstream_query *query, struct attempt *attempt)
{
	size_t which = 0;
	struct answer answer;
	const unsigned waiting = attempt->waiting;
	const enum attempt_event event = attempt_receive(attempt, query->request->questions, &which, &answer);
	query->now = attempt->received;
	if (event == ATTEMPT_NOTHING)
		return false;
	if (event == ATTEMPT_BROKEN) {
		take_broken(query, attempt, waiting, errno);
		return false;
	}
	query->selection.candidates[attempt->candidate].has_replied |= event != ATTEMPT_IGNORED;
	if (event == ATTEMPT_ANSWERED)
		take_answered(query, attempt, which, &answer);
	else
		take_other(query, attempt, which, event);
	return true;
}

// A TCP channel must be read until empty, since poll(2) does not report buffered messages; ATTEMPT_IGNORED_MAX limits
// it.
void reply_receive(struct upstream_query *query, struct attempt *attempt, int most)
{
	while (attempt->waiting & query->open && receive_message(query, attempt))
		if (LIKELY(--most <= 0 && !attempt->stream))
			return;
}
