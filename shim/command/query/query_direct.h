// SPDX-License-Identifier: MIT
// --raw: one packet and any reply to it; and zone transfers.
#pragma once

#include <stdio.h>

struct query_options;
struct question_kind;
struct resolver;

// Asks the first of the servers for the name, without the search list, and writes the reply to out. Both functions
// return a query_status (query_outcome.h).
int query_direct_ask(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out);

// Asks the servers in their order until one sends the zone, or for IXFR the changes since that serial.
int query_direct_transfer(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out);
