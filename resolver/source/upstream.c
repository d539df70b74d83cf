// SPDX-License-Identifier: MIT
#include "resolver/source/upstream.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "config/clock.h"
#include "config/config.h"
#include "config/error_text.h"
#include "config/kernel.h"
#include "config/lookup_context.h"
#include "resolver/source/inquiry.h"
#include "resolver/source/peers.h"
#include "resolver/source/verdict.h"

struct upstream {
	atomic_uint rotation;
	struct peers *peers;
};

struct upstream *upstream_open(const struct config *config, const struct upstream *older)
{
	struct upstream *upstream = calloc(1, sizeof(*upstream));
	if (!upstream)
		return NULL;
	upstream->peers = peers_open(config, older ? older->peers : NULL);
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

// Waits this attempt for anything that is still open?
static bool is_waiting(const struct inquiry *inquiry, const struct attempt *attempt)
{
	return attempt->waiting & inquiry->open;
}

// Whoever was asked stands in the log, answer or not.
static void give_up(struct inquiry *inquiry, struct attempt *attempt)
{
	inquiry_trace_all(inquiry, attempt, attempt->waiting & inquiry->open, "timeout");
	inquiry_trace_all(inquiry, attempt, attempt->waiting & ~inquiry->open, "no answer so far");
	attempt_close(attempt);
}

static int milliseconds_until(int64_t when)
{
	int64_t left = when - clock_now();
	return left <= 0 ? 0 : (int)clock_least((left + 999) / 1000, INT_MAX);
}

// Waits until something came, the next turn is due, or the time is over.
static void wait_and_receive(struct inquiry *inquiry)
{
	struct pollfd polled[INQUIRY_ATTEMPTS_MAX];
	struct attempt *attempts[INQUIRY_ATTEMPTS_MAX];
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
	int64_t until = inquiry->roster.deadline;
	int64_t now = clock_now();
	bool is_turn_of_use = inquiry->open & ~inquiry->doubted && inquiry->next_turn > now;
	if ((is_turn_of_use || inquiry->open & ~inquiry->exhausted & ~inquiry->doubted) && inquiry->next_turn < until)
		until = inquiry->next_turn;
	if (inquiry->doubted && inquiry->doubted_until < until)
		until = inquiry->doubted_until;
	if (inquiry->lookup->while_waiting)
		inquiry->lookup->while_waiting();
	const int ready = kernel_poll(polled, count, milliseconds_until(until));
	if (ready < 0 && errno != EINTR)
		inquiry->error = errno;
	if (ready <= 0)
		return;
	for (nfds_t i = 0; i < count; i++)
		if (polled[i].revents)
			verdict_receive(inquiry, attempts[i]);
}

static bool any_is_waiting(const struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++)
		if (is_waiting(inquiry, &inquiry->attempts[i]))
			return true;
	return false;
}

// A server that is further away than the one that answered must be heard all the same, or it would never be back. It
// has as long again as the lookup took, or what is usual for it.
static void hear_probe(struct inquiry *inquiry)
{
	struct attempt *probe = &inquiry->attempts[0];
	if (!inquiry->attempt_count || probe->reason != ATTEMPT_PROBE || !probe->waiting ||
	    inquiry->roster.seats[probe->seat].was_heard)
		return;
	int64_t now = clock_now(), taken = now - probe->started;
	int64_t more = clock_least(taken > inquiry->probe_patience ? taken : inquiry->probe_patience, PEER_PATIENCE_MOST);
	int64_t until = clock_least(now + more, inquiry->roster.deadline);
	struct answer answer = { 0 };
	const unsigned waiting = probe->waiting;
	enum attempt_event event = ATTEMPT_NOTHING;
	size_t which;
	while (event == ATTEMPT_NOTHING) {
		struct pollfd polled = { probe->channel.descriptor, channel_events(&probe->channel), 0 };
		if (kernel_poll(&polled, 1, milliseconds_until(until)) <= 0)
			return;
		event = attempt_receive(probe, inquiry->asking.questions, inquiry->buffer, &which, &answer);
	}
	if (event == ATTEMPT_ANSWERED)
		inquiry_trace_answer(inquiry, probe, which, &answer);
	else if (event == ATTEMPT_BROKEN)
		inquiry_trace_all(inquiry, probe, waiting, error_text(errno));
	answer_clear(&answer);
}

// Is there nothing to be had any more but late replies to what others have rejected? They are waited for to the end of
// the turn, not of the whole time; a stream that was begun since the server has an answer, until it ends.
static bool is_only_late(const struct inquiry *inquiry)
{
	if (inquiry->open & ~inquiry->exhausted || inquiry->next_turn > clock_now())
		return false;
	for (size_t i = 0; i < inquiry->attempt_count; i++) {
		const struct attempt *attempt = &inquiry->attempts[i];
		if (is_waiting(inquiry, attempt) && attempt->stream && attempt->reason != ATTEMPT_LAST_WAY)
			return false;
	}
	return true;
}

static void run(struct inquiry *inquiry)
{
	inquiry_send_probe(inquiry);
	while (inquiry->open && !inquiry->error && clock_now() < inquiry->roster.deadline) {
		inquiry_take_turn(inquiry);
		if (!any_is_waiting(inquiry) || is_only_late(inquiry))
			break;
		wait_and_receive(inquiry);
		verdict_believe(inquiry);
	}
	if (!inquiry->open)
		hear_probe(inquiry);
}

static void close_attempts(struct inquiry *inquiry)
{
	for (size_t i = 0; i < inquiry->attempt_count; i++)
		give_up(inquiry, &inquiry->attempts[i]);
	inquiry->attempt_count = 0;
}

// What is still open when the servers or the time have run out, or this machine refuses to wait.
static void settle_failures(struct inquiry *inquiry)
{
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++) {
		struct answer *answer = &inquiry->answers[i];
		if (inquiry->open & 1u << i && inquiry->error) {
			answer_clear(answer);
			*answer = (struct answer){ .outcome = OUTCOME_ERROR, .error = inquiry->error };
		} else if (inquiry->open & 1u << i && answer->outcome == OUTCOME_PASS)
			*answer = (struct answer){ .outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT };
	}
}

// Asks some of the questions; with one more call to come, half of the time is for this one.
static void ask(struct inquiry *inquiry, unsigned questions, unsigned calls)
{
	inquiry->open = questions;
	inquiry->exhausted = 0;
	inquiry->doubted = 0;
	inquiry->cookie_renewed = 0;
	inquiry->error = 0;
	inquiry->turn_first = 0;
	inquiry->next_turn = 0;
	roster_begin(&inquiry->roster, lookup_context_share(inquiry->lookup, calls).deadline);
	run(inquiry);
	close_attempts(inquiry);
	settle_failures(inquiry);
}

static struct inquiry *new_inquiry(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route)
{
	struct inquiry *inquiry = malloc(sizeof(*inquiry) + route->server_count * sizeof(inquiry->seats[0]));
	size_t first = 0;
	if (!inquiry)
		return NULL;
	if (lookup->options->rotate)
		first = atomic_fetch_add(&upstream->rotation, 1) % route->server_count;
	inquiry->lookup = lookup;
	inquiry->attempt_count = 0;
	roster_open(&inquiry->roster, inquiry->seats, upstream->peers, route, lookup->options, first);
	return inquiry;
}

static void close_inquiry(struct inquiry *inquiry)
{
	roster_report(&inquiry->roster, clock_now());
	free(inquiry);
}

// The answer of a question that is not asked yet, or cannot be.
static struct answer first_answer(const struct inquiry *inquiry)
{
	return (struct answer){ .outcome = inquiry ? OUTCOME_PASS : OUTCOME_ERROR, .error = inquiry ? 0 : ENOMEM };
}

void upstream_answer(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
                     const struct question *questions, unsigned wanted, struct answer *answers)
{
	const struct options *options = lookup->options;
	struct inquiry *inquiry = new_inquiry(upstream, lookup, route);
	for (size_t i = 0; i < UPSTREAM_QUESTIONS_MAX; i++)
		if (wanted & 1u << i)
			answers[i] = first_answer(inquiry);
	if (!inquiry)
		return;
	inquiry->asking = (struct asking){ .questions = questions };
	inquiry->answers = answers;
	if (options->single_request || options->single_request_reopen)
		for (; wanted; wanted &= wanted - 1)
			ask(inquiry, wanted & -wanted, (unsigned)__builtin_popcount(wanted));
	else
		ask(inquiry, wanted, 1);
	close_inquiry(inquiry);
}

void upstream_relay(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
                    const uint8_t *query, size_t size, const struct question *question, struct answer *answer)
{
	const struct message_view view = { query, size };
	struct inquiry *inquiry = new_inquiry(upstream, lookup, route);
	*answer = first_answer(inquiry);
	if (!inquiry)
		return;
	inquiry->asking = (struct asking){ .questions = question, .query = &view };
	inquiry->answers = answer;
	ask(inquiry, 1, 1);
	close_inquiry(inquiry);
}
