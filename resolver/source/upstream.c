// SPDX-License-Identifier: MIT
#include "resolver/source/upstream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/clock.h"
#include "config/config.h"
#include "config/error_text.h"
#include "config/terms.h"
#include "resolver/dns/packet.h"
#include "resolver/source/attempt.h"
#include "resolver/source/peers.h"

// The first wait for a reply that still catches most of the slow ones; grows by half each time all servers were
// asked. An expired wait is no verdict on a server: the question is asked once more, and the earlier attempts stay
// open, since a late answer is an answer.
#define FIRST_WAIT 400000  // microseconds

#define ATTEMPTS_MAX 24  // bounds the packets and the descriptors of one call
#define MESSAGES_PER_TURN 16

struct upstream {
	const struct config *config;
	atomic_uint rotation;
	struct peers *peers;
};

// One call of upstream_answer.
struct inquiry {
	struct upstream *upstream;
	const struct terms *terms;
	const struct route *route;
	struct asking asking;
	struct answer *answers;  // of a question still open: the best failure so far
	int64_t deadline;        // clock_now
	unsigned open;           // one bit for each question without a verdict
	unsigned exhausted;      // of these, the questions that every server has rejected often enough
	size_t first_server;
	size_t turns[UPSTREAM_QUESTIONS_MAX];  // by question: how many places in the round were gone through
	size_t turn_first;       // the first attempt of the turn that is on
	int64_t next_turn;       // clock_now at which the next server is asked all that is open
	size_t attempt_count;
	struct attempt attempts[ATTEMPTS_MAX];
	uint8_t buffer[TRANSPORT_DATAGRAM_MAX];
	uint8_t rejections[][UPSTREAM_QUESTIONS_MAX];  // by server of the route
};

struct upstream *upstream_open(const struct config *config)
{
	struct upstream *upstream = calloc(1, sizeof(*upstream));
	if (!upstream)
		return NULL;
	upstream->config = config;
	upstream->peers = peers_open(config);
	if (upstream->peers)
		return upstream;
	free(upstream);
	return NULL;
}

void upstream_close(struct upstream *upstream)
{
	if (!upstream)
		return;
	peers_close(upstream->peers);
	free(upstream);
}

static void trace_exchange(const struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                           const char *result)
{
	const struct trace *trace = &inquiry->upstream->config->trace;
	if (!trace_is_on(trace))
		return;
	const struct question *question = &inquiry->asking.questions[which];
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], server[ADDRESS_TEXT_SIZE];
	struct trace_event event = {
		.event = "exchange",
		.name = name_write(&question->name, name),
		.type = rrtype_write(question->type, type),
		.server = address_write_with_port(&attempt->server, server),
		.transport = attempt->stream ? "tcp" : "udp",
		.result = result,
		.microseconds = clock_now() - attempt->started,
	};
	trace_write(trace, &event);
}

static void trace_waiting(const struct inquiry *inquiry, const struct attempt *attempt, unsigned waiting,
                          const char *result)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (waiting & 1u << i)
			trace_exchange(inquiry, attempt, i, result);
}

static void settle(struct inquiry *inquiry, size_t which, struct answer *answer)
{
	answer_clear(&inquiry->answers[which]);
	inquiry->answers[which] = *answer;
	inquiry->open &= ~(1u << which);
}

// A failure that another server may still make good. What a server said counts more than that one could not be reached.
static void keep_failure(struct inquiry *inquiry, unsigned asked, enum outcome outcome, int error)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		if (asked & inquiry->open & 1u << i && inquiry->answers[i].source == SOURCE_NOBODY) {
			inquiry->answers[i].outcome = outcome;
			inquiry->answers[i].error = error;
		}
	}
}

static void reject_server(struct inquiry *inquiry, size_t server, unsigned asked)
{
	uint8_t *counts = inquiry->rejections[server];
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (asked & 1u << i && counts[i] < UINT8_MAX)
			counts[i]++;
}

// Is it this machine that failed, and not the way to a server?
static bool is_local_failure(int error)
{
	return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS;
}

// Our own lookups take the larger replies of EDNS; a program that reads the packets itself decides for itself.
static unsigned packet_flags(const struct terms *terms, bool edns)
{
	const struct options *options = terms->options;
	bool is_wanted = !terms->as_packets || options->edns0 || options->dnssec_ok;
	return (edns && is_wanted ? PACKET_EDNS : 0) | (options->trust_ad ? PACKET_AD : 0) |
	       (options->dnssec_ok ? PACKET_DNSSEC_OK : 0) | (options->no_recursion ? PACKET_NO_RECURSION : 0);
}

// server is its place in the route.
static int start_attempt(struct inquiry *inquiry, size_t server, unsigned asked, bool stream, bool edns)
{
	const struct address *address = &inquiry->route->servers[server].address;
	if (inquiry->attempt_count == ATTEMPTS_MAX) {
		errno = ETIMEDOUT;
		return -1;
	}
	struct attempt *attempt = &inquiry->attempts[inquiry->attempt_count];
	unsigned flags = packet_flags(inquiry->terms, edns);
	if (attempt_open(attempt, address, &inquiry->asking, asked, stream, flags) < 0) {
		trace_waiting(inquiry, attempt, asked, error_text(errno));
		keep_failure(inquiry, asked, is_local_failure(errno) ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, errno);
		return -1;
	}
	attempt->place = server;
	attempt->keeps_truncated = inquiry->terms->options->ignore_truncation;
	attempt->keeps_malformed = inquiry->terms->as_packets;
	inquiry->attempt_count++;
	return 0;
}

// The place of the server whose turn it is for a question, in the user's order and round by round, without those that
// have rejected it often enough; *turns moves behind it. False when there is none.
static bool find_server(const struct inquiry *inquiry, size_t question, size_t *turns, size_t *server)
{
	const struct route *route = inquiry->route;
	for (size_t passed = 0; passed < route->server_count; passed++) {
		size_t i = (inquiry->first_server + (*turns)++) % route->server_count;
		bool is_worth = inquiry->rejections[i][question] < inquiry->terms->options->attempts;
		if (is_worth && route->servers[i].kind == SERVER_ADDRESS) {
			*server = i;
			return true;
		}
	}
	return false;
}

// Takes the next server for the first of the questions, and of the others those that are at the same server: these
// become *together. A question for which there is none is exhausted, and leaves *asked.
static bool next_server(struct inquiry *inquiry, unsigned *asked, unsigned *together, size_t *server)
{
	*together = 0;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		size_t turns = inquiry->turns[i], found;
		if (!(*asked & 1u << i))
			continue;
		if (!find_server(inquiry, i, &turns, &found)) {
			*asked &= ~(1u << i);
			inquiry->exhausted |= 1u << i;
		} else if (!*together || found == *server) {
			*server = found;
			*together |= 1u << i;
			inquiry->turns[i] = turns;
		}
	}
	return *together;
}

static int64_t least(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

// In the first round every server gets its turn, however little time there is.
static int64_t wait_of_turn(const struct inquiry *inquiry)
{
	size_t servers = inquiry->route->server_count, turns = 0;
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (inquiry->turns[i] > turns)
			turns = inquiry->turns[i];
	int64_t wait = FIRST_WAIT, longest = inquiry->terms->options->timeout * INT64_C(1000000);
	if (turns < servers)
		longest = least(longest, (inquiry->deadline - clock_now()) / (int64_t)(servers - turns + 1));
	for (size_t round = 1; round * servers < turns && wait < longest; round++)
		wait += wait / 2;
	return least(wait, longest);
}

// A query that a program wrote larger than RFC 1035 4.2.1 lets a datagram be goes by TCP, as in glibc.
static bool is_stream_wanted(const struct inquiry *inquiry)
{
	const struct message_view *query = inquiry->asking.query;
	return inquiry->terms->options->use_vc || (query && query->size > 512);
}

// Asks for each question the server that is its next, in one attempt where that is the same; passes over servers that
// cannot be sent to.
static void ask_next(struct inquiry *inquiry, unsigned asked)
{
	unsigned together;
	size_t server = 0;
	while (inquiry->attempt_count < ATTEMPTS_MAX && next_server(inquiry, &asked, &together, &server)) {
		bool edns = peers_know_edns(inquiry->upstream->peers, &inquiry->route->servers[server].address);
		if (start_attempt(inquiry, server, together, is_stream_wanted(inquiry), edns) == 0) {
			inquiry->next_turn = clock_now() + wait_of_turn(inquiry);
			asked &= ~together;
		} else if (is_local_failure(errno)) {
			break;
		} else {
			reject_server(inquiry, server, together);
		}
	}
	inquiry->exhausted |= asked;
}

// The open questions that nothing more can be heard of in this turn. A stream counts in whatever turn it was begun:
// it was begun since the server has an answer.
static unsigned unattended(const struct inquiry *inquiry)
{
	unsigned waiting = 0;
	for (size_t i = 0; i < inquiry->attempt_count; i++)
		if (i >= inquiry->turn_first || inquiry->attempts[i].stream)
			waiting |= inquiry->attempts[i].waiting;
	return inquiry->open & ~inquiry->exhausted & ~waiting;
}

// When the wait is over, the next server is asked all that is open; before that only what this one's turn cannot
// answer any more.
static void take_turn(struct inquiry *inquiry)
{
	unsigned left = unattended(inquiry);
	unsigned all = inquiry->open & ~inquiry->exhausted;
	if (all && inquiry->next_turn <= clock_now()) {
		inquiry->turn_first = inquiry->attempt_count;
		ask_next(inquiry, all);
	} else if (left) {
		ask_next(inquiry, left);
	}
}

// Waits this attempt for anything that is still open?
static bool is_waiting(const struct inquiry *inquiry, const struct attempt *attempt)
{
	return attempt->waiting & inquiry->open;
}

static bool is_asked_over_tcp(const struct inquiry *inquiry, size_t server, size_t which)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		if (attempt->stream && attempt->waiting & 1u << which && attempt->place == server)
			return true;
	}
	return false;
}

static void ask_over_tcp(struct inquiry *inquiry, const struct attempt *cut, size_t which)
{
	size_t server = cut->place;
	if (!is_asked_over_tcp(inquiry, server, which) &&
	    start_attempt(inquiry, server, 1u << which, true, cut->edns) < 0)
		reject_server(inquiry, server, 1u << which);
}

static bool is_unknown_edns(uint16_t rcode)
{
	return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP || rcode == RCODE_BADVERS;
}

// RFC 6891 7: a server that does not know EDNS is asked without, and for a while not bothered with it.
static bool ask_without_edns(struct inquiry *inquiry, const struct attempt *attempt, size_t which,
                             const struct answer *answer)
{
	if (inquiry->asking.query || !attempt->edns || !is_unknown_edns(answer->rcode))
		return false;
	peers_remember_no_edns(inquiry->upstream->peers, &attempt->server);
	return start_attempt(inquiry, attempt->place, 1u << which, attempt->stream, false) == 0;
}

static void take_answer(struct inquiry *inquiry, struct attempt *attempt, size_t which, struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE];
	trace_exchange(inquiry, attempt, which, rcode_write(answer->rcode, rcode));
	if (ask_without_edns(inquiry, attempt, which, answer)) {
		answer_clear(answer);
		return;
	}
	if (answer->is_lame)
		answer->outcome = OUTCOME_TRY_AGAIN;
	bool another_may_know = answer->outcome == OUTCOME_TRY_AGAIN;
	unsigned open = inquiry->open;
	settle(inquiry, which, answer);
	if (another_may_know) {
		inquiry->open = open;
		reject_server(inquiry, attempt->place, 1u << which);
	}
}

static void take_broken(struct inquiry *inquiry, struct attempt *attempt, unsigned waiting, int error)
{
	trace_waiting(inquiry, attempt, waiting & inquiry->open, error_text(error));
	keep_failure(inquiry, waiting, error == ENOMEM ? OUTCOME_ERROR : OUTCOME_TRY_AGAIN, error);
	reject_server(inquiry, attempt->place, waiting);
}

// A flood must not keep us from looking at the clock. What a stream holds already poll(2) would not tell of again; it
// has a bound of its own.
static bool may_receive_more(const struct inquiry *inquiry, const struct attempt *attempt, int received)
{
	if (!is_waiting(inquiry, attempt))
		return false;
	return received < MESSAGES_PER_TURN || attempt->stream;
}

static void receive(struct inquiry *inquiry, struct attempt *attempt)
{
	for (int i = 0; may_receive_more(inquiry, attempt, i); i++) {
		size_t which = 0;
		struct answer answer = { 0 };
		unsigned waiting = attempt->waiting;
		switch (attempt_receive(attempt, inquiry->asking.questions, inquiry->buffer, &which, &answer)) {
		case ATTEMPT_NOTHING:
			return;
		case ATTEMPT_IGNORED:
			break;
		case ATTEMPT_ANSWERED:
			if (inquiry->open & 1u << which)
				take_answer(inquiry, attempt, which, &answer);
			else
				answer_clear(&answer);
			break;
		case ATTEMPT_TRUNCATED:
			trace_exchange(inquiry, attempt, which, "truncated");
			ask_over_tcp(inquiry, attempt, which);
			break;
		case ATTEMPT_MALFORMED:
			trace_exchange(inquiry, attempt, which, "malformed");
			keep_failure(inquiry, 1u << which, OUTCOME_UNUSABLE, 0);
			reject_server(inquiry, attempt->place, 1u << which);
			break;
		case ATTEMPT_BROKEN:
			take_broken(inquiry, attempt, waiting, errno);
			return;
		}
	}
}

// Whoever was asked stands in the log, answer or not.
static void give_up(struct inquiry *inquiry, struct attempt *attempt)
{
	trace_waiting(inquiry, attempt, attempt->waiting & inquiry->open, "timeout");
	trace_waiting(inquiry, attempt, attempt->waiting & ~inquiry->open, "no answer so far");
	attempt_close(attempt);
}

static int milliseconds_until(int64_t when)
{
	int64_t left = when - clock_now();
	return left <= 0 ? 0 : (int)least((left + 999) / 1000, INT_MAX);
}

// Waits until something came, the next turn is due, or the time is over.
static void wait_and_receive(struct inquiry *inquiry)
{
	struct pollfd polled[ATTEMPTS_MAX];
	struct attempt *attempts[ATTEMPTS_MAX];
	nfds_t count = 0;
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		struct attempt *attempt = &inquiry->attempts[i];
		if (!is_waiting(inquiry, attempt)) {
			give_up(inquiry, attempt);
			continue;
		}
		attempts[count] = attempt;
		polled[count++] = (struct pollfd){ attempt->channel.descriptor, channel_events(&attempt->channel), 0 };
	}
	int64_t until = inquiry->deadline;
	if (inquiry->open & ~inquiry->exhausted && inquiry->next_turn < until)
		until = inquiry->next_turn;
	if (poll(polled, count, milliseconds_until(until)) <= 0)
		return;
	for (nfds_t i = 0; i < count; i++)
		if (polled[i].revents)
			receive(inquiry, attempts[i]);
}

static bool any_is_waiting(const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++)
		if (is_waiting(inquiry, &inquiry->attempts[i]))
			return true;
	return false;
}

static void run(struct inquiry *inquiry)
{
	while (inquiry->open && clock_now() < inquiry->deadline) {
		take_turn(inquiry);
		if (!any_is_waiting(inquiry))
			break;
		wait_and_receive(inquiry);
	}
}

static void close_attempts(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++)
		give_up(inquiry, &inquiry->attempts[i]);
	inquiry->attempt_count = 0;
}

// What is still open when the servers or the time have run out.
static void settle_failures(struct inquiry *inquiry)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		struct answer *answer = &inquiry->answers[i];
		if (inquiry->open & 1u << i && answer->outcome == OUTCOME_PASS)
			*answer = (struct answer){ .outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT };
	}
}

// Asks some of the questions; with one more call to come, half of the time is for this one.
static void ask(struct inquiry *inquiry, unsigned questions, unsigned calls)
{
	inquiry->deadline = terms_share(inquiry->terms, calls).deadline;
	inquiry->open = questions;
	inquiry->exhausted = 0;
	memset(inquiry->turns, 0, sizeof(inquiry->turns));
	inquiry->turn_first = 0;
	inquiry->next_turn = 0;
	memset(inquiry->rejections, 0, inquiry->route->server_count * sizeof(inquiry->rejections[0]));
	run(inquiry);
	close_attempts(inquiry);
	settle_failures(inquiry);
}

static struct inquiry *new_inquiry(struct upstream *upstream, const struct terms *terms, const struct route *route)
{
	struct inquiry *inquiry = malloc(sizeof(*inquiry) + route->server_count * sizeof(inquiry->rejections[0]));
	if (!inquiry)
		return NULL;
	inquiry->upstream = upstream;
	inquiry->terms = terms;
	inquiry->route = route;
	inquiry->attempt_count = 0;
	inquiry->first_server = 0;
	if (terms->options->rotate)
		inquiry->first_server = atomic_fetch_add(&upstream->rotation, 1) % route->server_count;
	return inquiry;
}

void upstream_answer(struct upstream *upstream, const struct terms *terms, const struct route *route,
                     const struct question *questions, size_t count, struct answer *answers)
{
	const struct options *options = terms->options;
	struct inquiry *inquiry = new_inquiry(upstream, terms, route);
	for (size_t i = 0; i < count; i++)
		answers[i] =
			(struct answer){ .outcome = inquiry ? OUTCOME_PASS : OUTCOME_ERROR, .error = inquiry ? 0 : ENOMEM };
	if (!inquiry)
		return;
	inquiry->asking = (struct asking){ .questions = questions };
	inquiry->answers = answers;
	if (options->single_request || options->single_request_reopen)
		for (size_t i = 0; i < count; i++)
			ask(inquiry, 1u << i, (unsigned)(count - i));
	else
		ask(inquiry, (1u << count) - 1, 1);
	free(inquiry);
}

void upstream_relay(struct upstream *upstream, const struct terms *terms, const struct route *route,
                    const uint8_t *query, size_t size, const struct question *question, struct answer *answer)
{
	const struct message_view view = { query, size };
	struct inquiry *inquiry = new_inquiry(upstream, terms, route);
	*answer = (struct answer){ .outcome = inquiry ? OUTCOME_PASS : OUTCOME_ERROR, .error = inquiry ? 0 : ENOMEM };
	if (!inquiry)
		return;
	inquiry->asking = (struct asking){ .questions = question, .query = &view };
	inquiry->answers = answer;
	ask(inquiry, 1, 1);
	free(inquiry);
}
