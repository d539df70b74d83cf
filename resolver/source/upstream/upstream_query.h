// SPDX-License-Identifier: MIT
// The state of one call of upstream_answer: questions, servers and attempts. When a server's wait expires, the question
// is sent again, and earlier attempts stay open: a late reply is accepted.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/log_event.h"
#include "resolver/dns/message.h"
#include "resolver/source/upstream/attempt.h"
#include "resolver/source/upstream/server_selection.h"

struct upstream_request;

#define UPSTREAM_QUERY_ATTEMPTS_MAX 24  // limits the packets and descriptors of one call
#define UPSTREAM_QUERY_COPIES_MAX 3     // datagrams with one question to one server before TCP is tried

struct upstream_query {
	const struct upstream_request *request;
	bool is_logged;  // lookup_context_is_logged
	int64_t now;     // clock_now after the last wait, or upstream_query_renew_time
	// For an unanswered question: the best failure so far, or a provisional NXDOMAIN; before, with OUTCOME_PASS and
	// SOURCE_UNSET, the other members are not set.
	struct answer *answers;
	unsigned open;         // bit mask of the questions without a final answer
	unsigned exhausted;    // of these, the questions that every server has rejected often enough
	unsigned provisional;  // of these, the questions with a provisional NXDOMAIN: an earlier server is outstanding
	size_t provisional_from[QUESTIONS_MAX];  // by question: the candidate that sent the provisional NXDOMAIN
	int64_t provisional_until;               // clock_now at which it is accepted at the latest
	unsigned cookie_renewed;                 // bit mask of questions retried because of BADCOOKIE
	int error;                               // errno of a failed poll(2); 0: none
	size_t turn_first;                       // index of the first attempt of the current turn
	int64_t next_turn;                       // clock_now at which the next server is asked all open questions
	int64_t probe_wait;                      // microseconds to wait for the reply to a probe
	struct server_selection selection;
	size_t attempt_count;
	struct attempt *attempts[UPSTREAM_QUERY_ATTEMPTS_MAX];  // the first is `first`, the others are allocated
	struct attempt first;
	struct candidate candidates[];
};

// The index of the first question in a mask.
static inline size_t upstream_query_first_of(unsigned questions)
{
	return (size_t)__builtin_ctz(questions);
}

// Sends the questions in the mask, at least one, to a candidate. Returns NULL with errno on failure, which it logs.
struct attempt *upstream_query_send(
	struct upstream_query *query, size_t candidate, unsigned asked, enum attempt_reason reason, bool stream);

// Records that the server lacks cookies and case preservation, after no TCP reply could confirm a doubtful one.
void upstream_query_note_unconfirmed(struct upstream_query *query, size_t candidate);

// Returns whether queries are to use EDNS with servers that support it.
bool upstream_query_wants_edns(const struct upstream_query *query);

// Returns whether attempts of this kind are additional to a turn: their failure does not count as a rejection.
static inline bool upstream_query_is_extra(enum attempt_reason reason)
{
	return reason == ATTEMPT_RETRY_DOUBTFUL || reason == ATTEMPT_TCP_FALLBACK || reason == ATTEMPT_PROBE;
}

// Records a failure for the questions in the mask, unless a server has answered one: another server may still answer.
void upstream_query_keep_failure(struct upstream_query *query, unsigned asked, enum outcome outcome, int error);

// Logs the result of an attempt for each question in the mask; or the reply to one question. Call the second only if
// query->is_logged. Keep errno. They may block (upstream_query_renew_time).
void upstream_query_log(
	const struct upstream_query *query, const struct attempt *attempt, unsigned questions, struct log_result result);
void upstream_query_log_answer(
	const struct upstream_query *query, const struct attempt *attempt, size_t which, const struct answer *answer);

// Call it before what waits or sends: a line of the log may have blocked. What has been received is judged by the time
// at which it was.
static inline void upstream_query_renew_time(struct upstream_query *query)
{
	if (UNLIKELY(query->is_logged))
		query->now = clock_now();
}
