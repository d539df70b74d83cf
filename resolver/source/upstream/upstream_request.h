// SPDX-License-Identifier: MIT
// A request to the servers of one route. Borrows everything it points to.
#pragma once

struct lookup_context;
struct message_view;
struct question;
struct route;

struct upstream_request {
	const struct lookup_context *lookup;
	const struct route *route;         // must contain at least one address
	const struct question *questions;  // at most QUESTIONS_MAX, all of the same name
	unsigned wanted;                   // bit mask of the questions to be answered
	// A query that the program composed itself, to be sent unchanged; questions[0] is its question (packet_read_query),
	// and wanted is 1. NULL: queries are composed from the questions.
	const struct message_view *program_query;
};
