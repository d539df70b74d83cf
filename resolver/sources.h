// SPDX-License-Identifier: MIT
// All sources of answers, asked in their order: configured records and zones, special names, cache and servers.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"

struct cached_upstream;
struct hosts;
struct lookup_context;
struct recording;
struct zone_store;

struct sources {
	struct zone_store *store;
	struct hosts *hosts;          // for CNAME chains that leave the configured records
	struct recording *recording;  // NULL: none
	struct cached_upstream *upstream;
};

// A query that a program composed itself.
struct program_query {
	const uint8_t *bytes;
	size_t size;
	unsigned opcode;           // as question, from packet_read_query
	struct question question;  // name.length 0: the query has none
};

// Asks the sources once, for count questions (1 to QUESTIONS_MAX, all of the same name). Fills every answers[i], which
// the caller clears. Except with lookup->as_packets an answer with an unfinished CNAME chain holds only the chain.
void sources_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers);

// Sends the query unchanged if no source other than the servers answers. Fills *answer, which the caller clears.
void sources_send(const struct sources *sources, const struct lookup_context *lookup, const struct program_query *query,
	struct answer *answer);

// Returns whether it is a standard query (RFC 1035 4.1.1: opcode 0). Only servers answer others.
static inline bool program_query_is_standard(const struct program_query *query)
{
	return query->opcode == 0 && query->question.name.length;
}

// Returns whether the answer comes from a `record` line or a zone.
static inline bool sources_is_configured(const struct answer *answer)
{
	return answer->source == SOURCE_RECORD || answer->source == SOURCE_ZONE;
}

// Completes the answers of sources_answer: appends the rest of each unfinished chain. An answer whose chain still has
// no end keeps OUTCOME_UNUSABLE.
void sources_finish_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers);

// The same for a program that parses messages, as a recursive server would, if the chain begins in a configured record
// (sources_is_configured). An endless chain is SERVFAIL. Frees the answer's message: the caller composes it.
void sources_finish_packet(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer);
