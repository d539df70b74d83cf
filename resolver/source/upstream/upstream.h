// SPDX-License-Identifier: MIT
// Asks DNS servers: selects servers, retransmits, and evaluates replies, for one or two questions at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct route;
struct lookup_context;
struct upstream;

// config must outlive the result. Takes over the server states of older (NULL: none). Returns NULL without memory.
struct upstream *upstream_open(const struct config *config, const struct upstream *older);
void upstream_close(struct upstream *upstream);  // accepts NULL

// Asks the servers of route, which must contain at least one address, the questions (at most QUESTIONS_MAX) whose bits
// are set in wanted. Returns when each has an answer or a final failure, at the latest at lookup->deadline. Fills the
// answers of these questions, which the caller clears; no outcome is OUTCOME_PASS; a timeout is OUTCOME_TRY_AGAIN with
// ETIMEDOUT. Thread-safe.
void upstream_answer(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
	const struct question *questions, unsigned wanted, struct answer *answers);

// Sends a query that the program composed itself (size bytes), unchanged, with the server selection and retries of
// upstream_answer. question is the question in it (packet_read_query).
void upstream_send(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
	const uint8_t *program_query, size_t size, const struct question *question, struct answer *answer);
