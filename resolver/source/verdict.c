// SPDX-License-Identifier: MIT
#include "resolver/source/verdict.h"

#include <errno.h>

#include "config/clock.h"
#include "config/error_text.h"
#include "resolver/source/inquiry.h"
#include "resolver/source/peers.h"

#define MESSAGES_PER_TURN 16

static void settle(struct inquiry *inquiry, size_t which, struct answer *answer)
{
	answer_clear(&inquiry->answers[which]);
	inquiry->answers[which] = *answer;
	inquiry->open &= ~(1u << which);
}

static void ask_for_whole(struct inquiry *inquiry, const struct attempt *cut, size_t which)
{
	size_t seat = cut->seat;
	if (!inquiry_has_stream(inquiry, seat, which) && !inquiry_ask_again(inquiry, seat, which, ATTEMPT_WHOLE, true))
		roster_reject(&inquiry->roster, seat, 1u << which);
}

static void ask_without_proof(struct inquiry *inquiry, size_t seat, unsigned questions)
{
	inquiry_do_without_proof(inquiry, seat);
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (questions & inquiry->open & 1u << i)
			inquiry_ask_again(inquiry, seat, i, ATTEMPT_TURN, false);
}

// The true reply may still come; forged or not, a stream brings the truth.
static void ask_for_proof(struct inquiry *inquiry, const struct attempt *doubtful, size_t which)
{
	size_t seat = doubtful->seat;
	if (!inquiry_has_stream(inquiry, seat, which) && !inquiry_ask_again(inquiry, seat, which, ATTEMPT_PROOF, true))
		ask_without_proof(inquiry, seat, 1u << which);
}

// Can it be the OPT record that a server, or something on the way to it, does not understand? REFUSED and SERVFAIL are
// as a rule about the name: only of a server that has never answered in EDNS are they doubted, and a SERVFAIL that
// carries an OPT record itself is not.
static bool may_come_of_edns(const struct attempt *attempt, const struct answer *answer)
{
	switch (answer->rcode) {
	case RCODE_FORMERR:
	case RCODE_NOTIMP:
	case RCODE_BADVERS:
		return true;
	case RCODE_REFUSED:
		return !peer_has(attempt->peer, PEER_EDNS);
	case RCODE_SERVFAIL:
		return !peer_has(attempt->peer, PEER_EDNS) && !answer->has_opt;
	default:
		return false;
	}
}

// RFC 6891 7: the question is asked once more without EDNS before a failure counts.
static bool ask_without_edns(struct inquiry *inquiry, const struct attempt *attempt, size_t which)
{
	if (inquiry->asking.query || !attempt->edns)
		return false;
	if (inquiry->roster.seats[attempt->seat].without_edns & 1u << which)
		return inquiry_waits_plainly(inquiry, attempt->seat, which);
	return inquiry_ask_plainly(inquiry, attempt->seat, which, attempt->stream);
}

// A server that answers FORMERR in EDNS knows that much: then it was the cookie.
static bool ask_in_simpler_words(struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                                 const struct answer *answer)
{
	const bool is_known = answer->has_opt && answer->rcode != RCODE_REFUSED;
	if (!may_come_of_edns(attempt, answer))
		return false;
	if (attempt->cookie.size && is_known) {
		peer_lacks(attempt->peer, PEER_COOKIES, clock_now());
		return inquiry_ask_again(inquiry, attempt->seat, which, ATTEMPT_TURN, attempt->stream);
	}
	return ask_without_edns(inquiry, attempt, which);
}

// RFC 7873 5.3: once more with the cookie that the reply brought; if that is wrong too, over TCP without any.
static bool ask_with_new_cookie(struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                                const struct answer *answer)
{
	if (answer->rcode != RCODE_BADCOOKIE || !attempt->cookie.size)
		return false;
	bool is_new = attempt->cookie_was_wrong && !(inquiry->cookie_renewed & 1u << which);
	inquiry->cookie_renewed |= 1u << which;
	if (!is_new)
		peer_lacks(attempt->peer, PEER_COOKIES, clock_now());
	return inquiry_ask_again(inquiry, attempt->seat, which, ATTEMPT_TURN, attempt->stream || !is_new);
}

// An answer to a query that was sent without EDNS only because others had vanished or failed. A failure tells nothing.
static void learn_of_edns(const struct inquiry *inquiry, const struct attempt *attempt, const struct answer *answer)
{
	if (!attempt->edns && !inquiry->asking.query && inquiry_wants_edns(inquiry) && !answer_is_failure(answer) &&
	    peer_may_have(attempt->peer, PEER_EDNS, clock_now()))
		peer_lacks(attempt->peer, PEER_EDNS, clock_now());
}

// Where one of two questions has been answered, the other's answer cannot be far: when it is, it was lost.
static void hurry_sibling(struct inquiry *inquiry, const struct attempt *attempt)
{
	if (!(attempt->waiting & inquiry->open) || inquiry_is_extra(attempt->reason))
		return;
	int64_t now = clock_now(), wait = 4 * (now - attempt->started);
	if (wait < PEER_WAIT_LEAST)
		wait = PEER_WAIT_LEAST;
	if (inquiry->next_turn > now + wait)
		inquiry->next_turn = now + wait;
}

// Users order their servers, and the first may know names that the others deny. It is asked with the others only
// because it takes its time: so much as an unknown server has it may take before their no counts. Until when; 0 where
// no server before that seat is out.
static int64_t contradiction_due(const struct inquiry *inquiry, size_t seat, size_t which)
{
	int64_t now = clock_now(), due = 0;
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *other = &inquiry->attempts[i];
		bool is_before = other->seat < seat && other->seat < inquiry->roster.in_standing;
		int64_t until = other->started + PEER_WAIT_UNKNOWN;
		if (is_before && other->waiting & 1u << which && until > now && until > due)
			due = until;
	}
	return due;
}

static bool is_doubted(struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                       const struct answer *answer)
{
	if (answer->outcome != OUTCOME_NO_NAME)
		return false;
	int64_t due = contradiction_due(inquiry, attempt->seat, which);
	if (!due)
		return false;
	inquiry->deniers[which] = attempt->seat;
	inquiry->doubted_until = due;
	return true;
}

void verdict_believe(struct inquiry *inquiry)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		if (!(inquiry->doubted & 1u << i) || contradiction_due(inquiry, inquiry->deniers[i], i))
			continue;
		inquiry->doubted &= ~(1u << i);
		inquiry->open &= ~(1u << i);
	}
}

static void take_answer(struct inquiry *inquiry, struct attempt *attempt, size_t which, struct answer *answer)
{
	learn_of_edns(inquiry, attempt, answer);
	if (ask_in_simpler_words(inquiry, attempt, which, answer) ||
	    ask_with_new_cookie(inquiry, attempt, which, answer)) {
		answer_clear(answer);
		return;
	}
	if (answer->is_lame)
		answer->outcome = OUTCOME_TRY_AGAIN;
	bool another_may_know = answer->outcome == OUTCOME_TRY_AGAIN;
	if (another_may_know && inquiry->doubted & 1u << which) {
		answer_clear(answer);  // the no, though doubted, says more
		return;
	}
	bool may_be_wrong = is_doubted(inquiry, attempt, which, answer);
	unsigned open = inquiry->open;
	settle(inquiry, which, answer);
	inquiry->doubted &= ~(1u << which);
	hurry_sibling(inquiry, attempt);
	if (may_be_wrong) {
		inquiry->open = open;
		inquiry->doubted |= 1u << which;
	}
	if (another_may_know) {
		inquiry->open = open;
		roster_reject(&inquiry->roster, attempt->seat, 1u << which);
	}
}

// Where another server has said no, that is not held up by one that sends garbage.
static void take_malformed(struct inquiry *inquiry, const struct attempt *attempt, size_t which)
{
	const bool is_wanted = inquiry->open & ~inquiry->doubted & 1u << which;
	inquiry_trace(inquiry, attempt, which, "malformed");
	if (is_wanted && ask_without_edns(inquiry, attempt, which))
		return;
	inquiry_keep_failure(inquiry, 1u << which, OUTCOME_UNUSABLE, 0);
	roster_reject(&inquiry->roster, attempt->seat, 1u << which);
}

static void take_broken(struct inquiry *inquiry, struct attempt *attempt, unsigned waiting, int error)
{
	inquiry_trace_all(inquiry, attempt, waiting & inquiry->open, error_text(error));
	if (!attempt->stream)
		roster_count_as_silent(&inquiry->roster, attempt->seat, clock_now());
	if (attempt->reason == ATTEMPT_PROOF)
		ask_without_proof(inquiry, attempt->seat, waiting);
	if (inquiry_is_extra(attempt->reason))
		return;
	inquiry_keep_failure(inquiry, waiting, error == ENOMEM ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, error);
	roster_reject(&inquiry->roster, attempt->seat, waiting);
}

// A flood must not keep us from looking at the clock. What a stream holds already poll(2) would not tell of again; it
// has a bound of its own.
static bool may_receive_more(const struct inquiry *inquiry, const struct attempt *attempt, int received)
{
	if (!(attempt->waiting & inquiry->open))
		return false;
	return received < MESSAGES_PER_TURN || attempt->stream;
}

void verdict_receive(struct inquiry *inquiry, struct attempt *attempt)
{
	struct seat *seat = &inquiry->roster.seats[attempt->seat];
	for (int i = 0; may_receive_more(inquiry, attempt, i); i++) {
		size_t which = 0;
		struct answer answer = { 0 };
		unsigned waiting = attempt->waiting;
		enum attempt_event event =
			attempt_receive(attempt, inquiry->asking.questions, inquiry->buffer, &which, &answer);
		seat->was_heard |= event != ATTEMPT_NOTHING && event != ATTEMPT_IGNORED && event != ATTEMPT_BROKEN;
		switch (event) {
		case ATTEMPT_NOTHING:
			return;
		case ATTEMPT_IGNORED:
			break;
		case ATTEMPT_DOUBTFUL:
			inquiry_trace(inquiry, attempt, which, "doubtful");
			ask_for_proof(inquiry, attempt, which);
			break;
		case ATTEMPT_ANSWERED:
			inquiry_trace_answer(inquiry, attempt, which, &answer);
			if (inquiry->open & 1u << which)
				take_answer(inquiry, attempt, which, &answer);
			else
				answer_clear(&answer);
			break;
		case ATTEMPT_TRUNCATED:
			inquiry_trace(inquiry, attempt, which, "truncated");
			ask_for_whole(inquiry, attempt, which);
			break;
		case ATTEMPT_MALFORMED:
			take_malformed(inquiry, attempt, which);
			break;
		case ATTEMPT_BROKEN:
			take_broken(inquiry, attempt, waiting, errno);
			return;
		}
	}
}
