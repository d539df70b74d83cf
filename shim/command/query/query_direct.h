// SPDX-License-Identifier: MIT
// --raw, one packet and whatever comes back; and zone transfers.
#pragma once

#include <stdio.h>

struct query_options;
struct question_kind;
struct resolver;

// Ask the first of the servers that the name is looked up at, and write; return a query_status (query_outcome.h). The name is
// taken as it is, without the search list.
int query_direct_ask(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out);

// The servers in their order, until one sends the zone; of IXFR what has changed since that serial.
int query_direct_transfer(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out);
