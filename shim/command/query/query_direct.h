// SPDX-License-Identifier: MIT
// --raw: one packet and any reply to it; and zone transfers.
#pragma once

struct query;
struct question_kind;

// Both functions look up the name without the search list, write the result, and return a query_status
// (query_outcome.h).

// Sends one query to the first server for the name.
int query_direct_ask(const struct query *query, const char *name, const struct question_kind *kind);

// Asks the servers in their order until one sends the zone, or for IXFR the changes since that serial.
int query_direct_transfer(const struct query *query, const char *name, const struct question_kind *kind);
