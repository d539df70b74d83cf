// SPDX-License-Identifier: MIT
// Changes that a fault makes to an answer: order and number of addresses, TTL, truncation.
#pragma once

#include <stdbool.h>

#include "resolver/dns/host.h"
#include "resolver/dns/message.h"

struct fault_plan;
struct lookup_context;

// Returns whether a truncated reply is to be shown to the program (option ignore-truncation) instead of being asked
// again over TCP. It is made from the complete reply.
bool fault_alteration_hides_records(const struct lookup_context *lookup);

// Changes the answer as the fault says. For a host lookup, whose addresses are changed after they are sorted, the
// change of order and number is recorded in lookup->fault_injection. Without memory the answer may stay as it is.
void fault_alteration_apply(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct answer *answer);

// Adds to *host the changes that the plan for the question makes to a host's sorted addresses.
void fault_alteration_note_host(
	const struct fault_plan *plan, const struct question *question, struct host_alteration *host);
