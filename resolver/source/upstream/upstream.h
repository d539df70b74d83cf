// SPDX-License-Identifier: MIT
// Asks DNS servers: selects servers, retransmits, and evaluates replies, for one or two questions at a time.
#pragma once

#include <stdint.h>

struct answer;
struct server_states;
struct upstream_request;

// Asks the servers of the request. Returns when each wanted question has an answer or a final failure, at the latest at
// the deadline of the lookup. Fills the answers of these questions, which the caller clears; no outcome is
// OUTCOME_PASS; a timeout is OUTCOME_TRY_AGAIN with ETIMEDOUT. A program's own query gets the same server selection and
// retries. Returns the time, by clock_now, of the last answer or failure. Thread-safe.
int64_t upstream_answer(
	struct server_states *server_states, const struct upstream_request *request, struct answer *answers);
