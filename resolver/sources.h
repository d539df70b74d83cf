// SPDX-License-Identifier: MIT
// All sources of answers, asked in their order: configured records and zones, special names, cache and servers.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "resolver/dns/message.h"

struct cached_upstream;
struct faults;
struct hosts;
struct lookup_context;
struct recording;
struct zone_store;

struct sources {
	struct zone_store *store;
	struct hosts *hosts;
	struct recording *recording;  // NULL: none
	struct cached_upstream *upstream;
	struct faults *faults;  // for fault_injection.h
};

// Returns whether sources other than servers may answer: the query, if the program composed it, is a standard one (RFC
// 1035 4.1.1: opcode 0).
bool sources_may_answer(const struct lookup_context *lookup, const struct question *question);

// As resolver_answer (resolver.h), without faults, log and observer. The hosts file is asked, with lookup->asks_hosts,
// for names that no record or zone owns, and for the rest of a CNAME chain that leaves configured records. A composed
// answer to a program that parses messages has no message: the caller composes it.
void sources_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers);
