// SPDX-License-Identifier: MIT
// Follows CNAME chains that one answer does not finish, by further questions to the sources (RFC 1034 5.2.2).
#pragma once

#include <stddef.h>

#include "resolver/dns/message.h"

struct lookup_context;
struct sources;

// Completes the answers of sources_answer: appends the rest of each unfinished chain. An answer whose chain still has
// no end keeps OUTCOME_UNUSABLE.
void cname_chain_finish(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers);

// The same for a program that parses messages, as a recursive server would, if the chain begins in a configured record
// (sources_is_configured). An endless chain is SERVFAIL. Frees the answer's message: the caller composes it.
void cname_chain_finish_packet(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer);
