// SPDX-License-Identifier: MIT
// Applies the configured faults to lookups, whatever source answers them (withdns.conf(5): fault).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "config/base/compiler.h"
#include "config/lookup_context.h"
#include "resolver/dns/host.h"
#include "resolver/dns/message.h"
#include "resolver/fault_plan.h"

struct sources;

// Room for resolver_begin.
struct injected_lookup {
	struct lookup_context lookup;
	struct fault_injection injection;
};

// As sources_answer, with the faults applied: delays end at the latest at lookup->deadline.
COLD void fault_injection_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers);

// For a lookup of one name in the hosts file, as count questions (1 to QUESTIONS_MAX): returns the bit mask of those
// that no fault answers, for which the file is to be read. Requires resolver_begin.
COLD unsigned fault_injection_hosts_mask(
	const struct lookup_context *lookup, const struct question *questions, size_t count);

// Applies the faults to the *host that the file gave for the questions of the mask admitted: waits, also for the
// answers to the others, and records in lookup->fault_injection how to change the addresses. Returns OUTCOME_FOUND; or
// OUTCOME_TRY_AGAIN, with *host cleared and ETIMEDOUT in host->error, if the delay exceeds the deadline.
COLD enum outcome fault_injection_host(const struct lookup_context *lookup, const struct question *questions,
	size_t count, unsigned admitted, struct host *host);
