// SPDX-License-Identifier: MIT
// One call of upstream: what is asked, of whom, in which how. An expired wait is no verdict on a server: the
// question is asked once more, and the earlier attempts stay open, since a late answer is an answer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/log.h"
#include "resolver/source/upstream/attempt.h"
#include "resolver/source/upstream/server_selection.h"
#include "resolver/source/upstream/upstream.h"

struct lookup_context;

#define UPSTREAM_QUERY_ATTEMPTS_MAX 24  // bounds the packets and the descriptors of one call

struct query {
	const struct lookup_context *lookup;
	struct attempt_content content;
	struct answer *answers;  // of a question still open: the best failure so far
	unsigned open;           // one bit for each question without a verdict
	unsigned exhausted;      // of these, the questions that every server has rejected often enough
	unsigned provisional;    // of the open questions those that a server said no to, while one before it is still out
	size_t provisional_from[QUESTIONS_MAX];  // by question: the seat of the server that said no
	int64_t provisional_until;               // clock_now at which the no counts at the latest
	unsigned cookie_renewed;                 // the questions asked again since a server wanted another cookie
	int error;                               // errno of waiting that failed; 0: it did not
	size_t turn_first;                       // the first attempt of the turn that is on
	int64_t next_turn;                       // clock_now at which the next server is asked all that is open
	int64_t probe_patience;                  // microseconds that the reply to a probe is worth waiting for
	struct server_selection selection;
	size_t attempt_count;
	struct attempt attempts[UPSTREAM_QUERY_ATTEMPTS_MAX];
	uint8_t buffer[TRANSPORT_DATAGRAM_MAX];
	struct candidate candidates[];
};

// Takes turns: when the wait is over, the next server is asked all that is open; before that only what this one's turn
// cannot answer any more.
void upstream_query_take_turn(struct query *query);

// A held server is looked after beside the turns; its attempt is then the first one of all.
void upstream_query_send_probe(struct query *query);

// Asks one question of a server once more, beside all turns. False where that cannot be.
bool upstream_query_ask_again(
	struct query *query, size_t candidate, size_t which, enum attempt_reason reason, bool stream);

// The same, from now on without EDNS whatever is known of the server.
bool upstream_query_ask_without_edns(struct query *query, size_t candidate, size_t which, bool stream);

// May that question still be answered by this server to a query without EDNS?
bool upstream_query_waits_without_edns(const struct query *query, size_t candidate, size_t which);

// Where there is no proof of a doubtful reply to be had, the server is believed to lack what would have been one.
void upstream_query_note_no_proof(struct query *query, size_t candidate);

// Does one of its streams wait for the answer to that question?
bool upstream_query_has_stream(const struct query *query, size_t candidate, size_t which);

// Does the query go with EDNS where the server knows it?
bool upstream_query_wants_edns(const struct query *query);

// Is it done besides a server's turn, so that it may fail in that without having rejected the question?
bool upstream_query_is_extra(enum attempt_reason reason);

// A failure that another server may still make good.
void upstream_query_keep_failure(struct query *query, unsigned asked, enum outcome outcome, int error);

// The log and the observer: one event for a question of an attempt, or for each of those that wait.
void upstream_query_log(
	const struct query *query, const struct attempt *attempt, size_t which, struct log_result result);
void upstream_query_log_answer(
	const struct query *query, const struct attempt *attempt, size_t which, const struct answer *answer);
void upstream_query_log_all(
	const struct query *query, const struct attempt *attempt, unsigned waiting, struct log_result result);
