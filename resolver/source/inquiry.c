// SPDX-License-Identifier: MIT
#include "resolver/source/inquiry.h"

#include <errno.h>
#include <stdlib.h>

#include "config/clock.h"
#include "config/config.h"
#include "config/error_text.h"
#include "config/lookup_context.h"
#include "resolver/dns/extended_error.h"
#include "resolver/source/peers.h"

#define COPIES_FIRST 3  // copies of a question to one server before it is tried over TCP
#define PROOF_PATIENCE INT64_C(1000000)  // microseconds

// What an event points to: allocated, since lookups are made on the smallest of stacks too.
struct texts {
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], server[ADDRESS_TEXT_SIZE], rule[NAME_TEXT_SIZE];
};

static void trace_with(struct texts *texts, const struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                       const char *result, const char *detail)
{
	const struct question *question = &inquiry->asking.questions[which];
	const struct route *route = lookup_context_route(inquiry->lookup, &question->name);
	const struct log_event event = {
		.event = "exchange",
		.name = name_write(&question->name, texts->name),
		.type = rrtype_write(question->type, texts->type),
		.rule = route != inquiry->lookup->plain ? name_write(&route->domain, texts->rule) : NULL,
		.server = address_write_with_port(&attempt->server, texts->server),
		.transport = attempt->stream ? "tcp" : "udp",
		.result = result,
		.detail = detail,
		.try = (unsigned)(attempt - inquiry->attempts) + 1,
		.microseconds = clock_now() - attempt->started,
	};
	lookup_context_log(inquiry->lookup, &event);
}

static void trace(const struct inquiry *inquiry, const struct attempt *attempt, size_t which, const char *result,
                  const char *detail)
{
	if (!lookup_context_is_logged(inquiry->lookup))
		return;
	const int saved = errno;
	struct texts *texts = malloc(sizeof(*texts));
	if (texts)
		trace_with(texts, inquiry, attempt, which, result, detail);
	free(texts);
	errno = saved;
}

void inquiry_trace(const struct inquiry *inquiry, const struct attempt *attempt, size_t which, const char *result)
{
	trace(inquiry, attempt, which, result, NULL);
}

// What else a reply without the records that were asked for says.
static const char *detail_of(const struct answer *answer, char *text)
{
	const char *error = NULL;
	if (answer->outcome != OUTCOME_FOUND && answer->has_opt && answer->message)
		error = extended_error_write(answer->message, answer->message_size, text);
	return error || !answer->is_lame ? error : "lame";
}

void inquiry_trace_answer(const struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                          const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE], error[EXTENDED_ERROR_TEXT_SIZE];
	if (lookup_context_is_logged(inquiry->lookup))
		trace(inquiry, attempt, which, rcode_write(answer->rcode, rcode), detail_of(answer, error));
}

void inquiry_trace_all(const struct inquiry *inquiry, const struct attempt *attempt, unsigned waiting,
                       const char *result)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (waiting & 1u << i)
			inquiry_trace(inquiry, attempt, i, result);
}

// A failure that another server may still make good. What a server said counts more than that one could not be reached.
void inquiry_keep_failure(struct inquiry *inquiry, unsigned asked, enum outcome outcome, int error)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		if (asked & inquiry->open & 1u << i && inquiry->answers[i].source == SOURCE_NOBODY) {
			inquiry->answers[i].outcome = outcome;
			inquiry->answers[i].error = error;
		}
	}
}

// Is it this machine that failed, and not the way to a server?
static bool is_local_failure(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

// Our own lookups take the larger replies of EDNS; a program that reads the packets itself decides for itself. The
// option no-edns is for networks where OPT does harm: there it harms the queries of such programs too.
bool inquiry_wants_edns(const struct inquiry *inquiry)
{
	const struct options *options = inquiry->lookup->options;
	return !options->no_edns && (!inquiry->lookup->as_packets || options->edns0 || options->dnssec_ok);
}

static size_t first_of(unsigned questions)
{
	return (size_t)__builtin_ctz(questions);
}

// Something on the way may swallow what it does not understand: where two datagrams with EDNS were lost, and the server
// has never shown that it knows it, the next one is without.
static bool is_edns_suspect(const struct seat *seat, unsigned asked)
{
	return seat->copies[first_of(asked)] == COPIES_FIRST - 1 && !peer_has(seat->peer, PEER_EDNS);
}

// A fault takes the first datagrams; a probe is asked beside the turns.
static bool is_to_be_lost(const struct inquiry *inquiry, enum attempt_reason reason, bool stream)
{
	const size_t probes = inquiry->attempt_count && inquiry->attempts[0].reason == ATTEMPT_PROBE;
	return inquiry->lookup->loses_first && !stream && reason == ATTEMPT_TURN && inquiry->attempt_count == probes;
}

// Whatever the server is not known to lack; of one of which nothing is kept, it could never be known. A program that
// reads the packets itself has nothing to do with cookies, and gets EDNS where it wants it, as in glibc: its records
// may be worth nothing to it without their signatures.
static struct manner manner_of(const struct inquiry *inquiry, const struct seat *seat, unsigned asked,
                               enum attempt_reason reason, bool stream)
{
	const struct options *options = inquiry->lookup->options;
	int64_t now = clock_now();
	const bool may_have_edns = inquiry->lookup->as_packets || peer_may_have(seat->peer, PEER_EDNS, now);
	bool edns = inquiry_wants_edns(inquiry) && may_have_edns && !(seat->without_edns & asked) &&
	            (stream || !is_edns_suspect(seat, asked));
	return (struct manner){
		.reason = reason,
		.stream = stream,
		.is_lost = is_to_be_lost(inquiry, reason, stream),
		.packet_flags = (edns ? PACKET_EDNS : 0) | (options->trust_ad ? PACKET_AD : 0) |
		                (options->dnssec_ok ? PACKET_DNSSEC_OK : 0) |
		                (options->no_recursion ? PACKET_NO_RECURSION : 0) |
		                (options->checking_disabled ? PACKET_CHECKING_DISABLED : 0),
		.payload = (uint16_t)inquiry->lookup->payload,
		.sends_cookie = edns && !options->no_cookies && !inquiry->lookup->as_packets &&
		                peer_may_have(seat->peer, PEER_COOKIES, now),
		.mixes_case = options->mix_case && seat->peer && peer_may_have(seat->peer, PEER_CASE, now),
	};
}

bool inquiry_is_extra(enum attempt_reason reason)
{
	return reason == ATTEMPT_PROOF || reason == ATTEMPT_LAST_WAY || reason == ATTEMPT_PROBE;
}

// NULL with errno.
static struct attempt *start_attempt(struct inquiry *inquiry, size_t location, unsigned asked,
                                     const struct manner *manner)
{
	struct seat *seat = &inquiry->roster.seats[location];
	if (inquiry->attempt_count == INQUIRY_ATTEMPTS_MAX) {
		errno = ETIMEDOUT;
		return NULL;
	}
	struct attempt *attempt = &inquiry->attempts[inquiry->attempt_count];
	if (attempt_open(attempt, seat->address, seat->peer, &inquiry->asking, asked, manner) < 0) {
		inquiry_trace_all(inquiry, attempt, asked, error_text(errno));
		if (!inquiry_is_extra(manner->reason))
			inquiry_keep_failure(inquiry, asked, is_local_failure(errno) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, errno);
		return NULL;
	}
	attempt->seat = location;
	attempt->keeps_truncated = inquiry->lookup->options->ignore_truncation;
	attempt->keeps_malformed = inquiry->lookup->as_packets;
	inquiry->attempt_count++;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (asked & 1u << i && (manner->reason == ATTEMPT_TURN || manner->reason == ATTEMPT_LAST_WAY))
			seat->copies[i]++;
	return attempt;
}

// A query that a program wrote larger than RFC 1035 4.2.1 lets a datagram be goes by TCP, as in glibc.
static bool is_stream_wanted(const struct inquiry *inquiry)
{
	const struct message_view *query = inquiry->asking.query;
	return inquiry->lookup->options->use_vc || (query && query->size > 512);
}

static struct manner manner_of_turn(const struct inquiry *inquiry, const struct seat *seat, unsigned asked)
{
	if (is_stream_wanted(inquiry))
		return manner_of(inquiry, seat, asked, ATTEMPT_TURN, true);
	if (seat->copies[first_of(asked)] == COPIES_FIRST)
		return manner_of(inquiry, seat, asked, ATTEMPT_LAST_WAY, true);
	return manner_of(inquiry, seat, asked, ATTEMPT_TURN, false);
}

// Asks for each question the server that is its next, in one attempt where that is the same; passes over servers that
// cannot be sent to.
static void ask_next(struct inquiry *inquiry, unsigned asked)
{
	struct roster *roster = &inquiry->roster;
	unsigned together, left = asked;
	size_t location = 0;
	while (inquiry->attempt_count < INQUIRY_ATTEMPTS_MAX && roster_next(roster, &left, &together, &location)) {
		struct seat *seat = &roster->seats[location];
		struct manner manner = manner_of_turn(inquiry, seat, together);
		const struct attempt *attempt = start_attempt(inquiry, location, together, &manner);
		if (attempt) {
			int64_t now = clock_now();
			inquiry->next_turn = now + roster_wait(roster, location, now, attempt->draw);
			if (!seat->due)
				seat->due = inquiry->next_turn;
			left &= ~together;
			asked &= ~together;
		} else if (is_local_failure(errno)) {
			break;
		} else {
			roster_reject(roster, location, together);
			roster_count_as_silent(roster, location, clock_now());
		}
	}
	inquiry->exhausted |= asked;
}

// The open questions that nothing more can be heard of in this turn. A stream counts in whatever turn it was begun,
// if it was begun since the server has an answer.
static unsigned unattended(const struct inquiry *inquiry)
{
	unsigned waiting = 0;
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		bool is_late = i < inquiry->turn_first && (!attempt->stream || attempt->reason == ATTEMPT_LAST_WAY);
		if (!is_late && attempt->reason != ATTEMPT_PROBE)
			waiting |= attempt->waiting;
	}
	return inquiry->open & ~inquiry->exhausted & ~inquiry->doubted & ~waiting;
}

// Of servers that are asked at once the one that is usually faster decides how long the turn lasts.
static void take_turns(struct inquiry *inquiry, unsigned asked, size_t width)
{
	int64_t next_turn = INT64_MAX;
	for (; width; width--) {
		ask_next(inquiry, asked);
		if (inquiry->next_turn < next_turn)
			next_turn = inquiry->next_turn;
	}
	inquiry->next_turn = next_turn;
}

void inquiry_do_without_proof(struct inquiry *inquiry, size_t seat)
{
	struct peer *peer = inquiry->roster.seats[seat].peer;
	peer_lacks(peer, PEER_COOKIES, clock_now());
	peer_lacks(peer, PEER_CASE, clock_now());
}

// Where TCP is swallowed on the way, no stream ever ends.
static void give_up_proofs(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		if (attempt->reason == ATTEMPT_PROOF && attempt->waiting & inquiry->open &&
		    attempt->started + PROOF_PATIENCE <= clock_now())
			inquiry_do_without_proof(inquiry, attempt->seat);
	}
}

void inquiry_take_turn(struct inquiry *inquiry)
{
	unsigned left = unattended(inquiry);
	unsigned all = inquiry->open & ~inquiry->exhausted & ~inquiry->doubted;
	if (all && inquiry->next_turn <= clock_now()) {
		inquiry->turn_first = inquiry->attempt_count;
		give_up_proofs(inquiry);
		take_turns(inquiry, all, roster_width(&inquiry->roster));
	} else if (left) {
		ask_next(inquiry, left);
	}
}

bool inquiry_has_stream(const struct inquiry *inquiry, size_t seat, size_t which)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		if (attempt->stream && attempt->waiting & 1u << which && attempt->seat == seat)
			return true;
	}
	return false;
}

bool inquiry_ask_plainly(struct inquiry *inquiry, size_t location, size_t which, bool stream)
{
	inquiry->roster.seats[location].without_edns |= 1u << which;
	return inquiry_ask_again(inquiry, location, which, ATTEMPT_TURN, stream);
}

bool inquiry_waits_plainly(const struct inquiry *inquiry, size_t location, size_t which)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		if (!attempt->edns && attempt->waiting & 1u << which && attempt->seat == location)
			return true;
	}
	return false;
}

bool inquiry_ask_again(struct inquiry *inquiry, size_t location, size_t which, enum attempt_reason reason, bool stream)
{
	struct manner manner = manner_of(inquiry, &inquiry->roster.seats[location], 1u << which, reason, stream);
	return start_attempt(inquiry, location, 1u << which, &manner) != NULL;
}

void inquiry_send_probe(struct inquiry *inquiry)
{
	size_t location = roster_probe(&inquiry->roster, clock_now(), &inquiry->probe_patience);
	if (location == inquiry->roster.count)
		return;
	struct manner manner = manner_of(inquiry, &inquiry->roster.seats[location], inquiry->open, ATTEMPT_PROBE,
	                                 is_stream_wanted(inquiry));
	start_attempt(inquiry, location, inquiry->open, &manner);
}
