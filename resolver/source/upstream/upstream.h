// SPDX-License-Identifier: MIT
// The DNS servers: which is asked, when again, and which reply counts.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct config;
struct route;
struct lookup_context;
struct upstream;

#define QUESTIONS_MAX 2

// config is borrowed for the upstream's life. What older (NULL: none) remembers of the servers goes on. NULL without
// memory.
struct upstream *upstream_open(const struct config *config, const struct upstream *older);
void upstream_close(struct upstream *upstream);

// Asks the servers of one route those of the questions (at most QUESTIONS_MAX) together whose bits are set in
// wanted, and returns when each has its verdict, or at the deadline of the terms. The answers of these are filled and
// the caller's to clear; no outcome is OUTCOME_PASS. The route must hold at least one address.
void upstream_answer(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
	const struct question *questions, unsigned wanted, struct answer *answers);

// Sends a query that a program wrote itself (size bytes) as upstream_answer would send one of ours, unchanged.
// question is what it asks (packet_read_query).
void upstream_send(struct upstream *upstream, const struct lookup_context *lookup, const struct route *route,
	const uint8_t *program_query, size_t size, const struct question *question, struct answer *answer);
