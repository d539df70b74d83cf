// SPDX-License-Identifier: MIT
// A lookup of --query: its context, what answered, why it failed, how long it took, and for --trace its events.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "config/base/answer_source.h"
#include "config/lookup_context.h"
#include "config/options.h"
#include "resolver/reasons.h"
#include "shim/command/json.h"
#include "shim/command/query/query_outcome.h"

// The source of an answer.
struct query_lookup_answerer {
	enum answer_source source;
	char server[ADDRESS_TEXT_SIZE];          // "" for none
	char transport[ADDRESS_TRANSPORT_SIZE];  // "" for none
	bool is_unanswered;                      // there was no usable answer
};

struct query_lookup {
	const struct query *query;      // borrowed, as is asked
	const char *asked;              // the name or the address
	struct lookup_context context;  // that of the configuration, with the changes of the query options
	struct options options;         // of the context
	enum outcome outcome;
	int error;                                      // errno of a failure; 0: none
	const char *reasons;                            // of a failure, by the events; NULL for none
	struct query_lookup_answerer ipv4, ipv6, last;  // for addresses of a family; of the last answer of any type
	struct reasons noted;
	unsigned exchanges;    // with servers
	int64_t begun, ended;  // clock_now
	struct json json;      // for the events; out writes to events, and is NULL unless they are shown
	char *events;
	size_t events_size;
	char text[REASONS_TEXT_SIZE];
};

// Begins a lookup, which observes itself: *lookup must not move. query_lookup_clear frees it.
void query_lookup_begin(struct query_lookup *lookup, const struct query *query, const char *asked);
void query_lookup_end(struct query_lookup *lookup, enum outcome outcome, int error);
void query_lookup_clear(struct query_lookup *lookup);

// The reason of a failure, by the events or the error; "" if it is unknown.
const char *query_lookup_why(const struct query_lookup *lookup);

// How long the lookup took.
double query_lookup_milliseconds(const struct query_lookup *lookup);

// The type of addresses without a usable answer, "A" or "AAAA"; NULL for none.
const char *query_lookup_unanswered(const struct query_lookup *lookup);

// Write the events with --trace, else nothing: as lines that begin with a semicolon, or as member "trace".
void query_lookup_write(const struct query_lookup *lookup);
void query_lookup_write_json(const struct query_lookup *lookup, struct json *json);

// "server 127.0.0.1:5353 udp", "hosts"; "" for none. text holds QUERY_LOOKUP_TEXT_SIZE bytes and is returned. As JSON:
// members of an object.
#define QUERY_LOOKUP_TEXT_SIZE (ADDRESS_TEXT_SIZE + 32)
char *query_lookup_write_answerer(const struct query_lookup_answerer *answerer, char *text);
void query_lookup_write_answerer_json(const struct query_lookup_answerer *answerer, struct json *json);
