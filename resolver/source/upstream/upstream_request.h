// SPDX-License-Identifier: MIT
// A request to the servers of one route. Borrows everything it points to.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct lookup_context;
struct question;
struct route;

struct upstream_request {
	const struct lookup_context *lookup;
	const struct route *route;         // must contain at least one address
	const struct question *questions;  // at most QUESTIONS_MAX, all of the same name
	unsigned wanted;                   // bit mask of the questions to be answered, at least one
	int64_t now;                       // clock_now; set for upstream_answer alone
};

// A query that a program composed itself, to be sent unchanged: the member program_query of a lookup of its one
// question, from packet_read_query: a name of length 0 if the query has none.
struct program_query {
	const uint8_t *bytes;
	size_t size;
	unsigned opcode;
};
