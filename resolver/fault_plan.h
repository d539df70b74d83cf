// SPDX-License-Identifier: MIT
// The fault that applies to one question of a lookup, as drawn, the time at which its answer is due, and the changes
// that it makes to the answer: order and number of addresses, TTL, truncation.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/fault.h"
#include "config/log.h"
#include "resolver/dns/message.h"
#include "resolver/source/fault.h"

struct lookup_context;

// Draws for the question. Requires lookup->fault_injection. In a dry run only a fault that applies without a draw is
// found, and each that may apply is reported.
struct fault_plan fault_plan_make(const struct lookup_context *lookup, const struct question *question);

// Returns whether the answer is due only after the deadline of the lookup.
bool fault_plan_is_late(const struct fault_plan *plan, const struct lookup_context *lookup);

// Returns whether a truncated reply is to be shown to the program (option ignore-truncation) instead of being asked
// again over TCP. It is made from the complete reply.
bool fault_plan_hides_records(const struct lookup_context *lookup);

// Changes the answer as the fault says. For a host lookup, whose addresses are changed after they are sorted, the
// change of order and number is recorded in lookup->fault_injection. Without memory the answer may stay as it is.
void fault_plan_apply(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct answer *answer);

// Adds to *host the changes that the plan for the question makes to a host's sorted addresses.
void fault_plan_note_host(const struct fault_plan *plan, const struct question *question, struct host_alteration *host);
