// SPDX-License-Identifier: MIT
// What all queries have in common: their arguments, and the exit status and the word of an outcome.
#pragma once

#include <stdio.h>

#include "resolver/dns/message.h"

struct query_options;
struct resolver;

// What is used for a question, and where its answer is written; borrowed.
struct query {
	struct resolver *resolver;
	const struct query_options *options;
	FILE *out;
};

// The exit status of a query; several queries exit with the largest.
enum query_status {
	QUERY_FOUND,
	QUERY_NOT_FOUND,
	QUERY_FAILED,  // no usable answer: timeouts, refusals, SERVFAIL
};

enum query_status query_outcome_status(enum outcome outcome);

// The outcome as text and JSON show it: "no such name".
const char *query_outcome_word(enum outcome outcome);

// With --short: writes why there is no usable answer to standard error; type is NULL for a host lookup, reason may be
// "".
void query_outcome_print_failure(const char *name, const char *type, enum outcome outcome, const char *reason);
