// SPDX-License-Identifier: MIT
// Observes a lookup: what answered, why it failed, how long it took, and for --trace its events.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config/base/address.h"
#include "config/base/answer_source.h"
#include "resolver/reasons.h"
#include "shim/command/json.h"

struct query_options;
struct lookup_context;

// The source of an answer.
struct lookup_trace_answerer {
	enum answer_source source;
	char server[ADDRESS_TEXT_SIZE];          // "" for none
	char transport[ADDRESS_TRANSPORT_SIZE];  // "" for none
	bool is_unanswered;                      // there was no usable answer
};

struct lookup_trace {
	struct lookup_trace_answerer ipv4, ipv6, last;  // for addresses of a family; of the last answer of any type
	struct reasons reasons;
	unsigned exchanges;    // with servers
	int64_t begun, ended;  // clock_now
	struct json json;      // for the events; out writes to events, and is NULL unless they are shown
	char *events;
	size_t events_size;
	bool is_json;
};

// Makes *trace, which must not move, the observer of the lookup. lookup_trace_clear frees it.
void lookup_trace_begin(struct lookup_trace *trace, const struct query_options *options, struct lookup_context *lookup);
void lookup_trace_end(struct lookup_trace *trace);  // the lookup has ended: takes the time
void lookup_trace_clear(struct lookup_trace *trace);

// How long the lookup took.
double lookup_trace_milliseconds(const struct lookup_trace *trace);

// The type of addresses without a usable answer, "A" or "AAAA"; NULL for none.
const char *lookup_trace_unanswered(const struct lookup_trace *trace);

// Write the events with --trace, else nothing: as lines that begin with a semicolon, or as member "trace".
void lookup_trace_write(const struct lookup_trace *trace, FILE *out);
void lookup_trace_write_json(const struct lookup_trace *trace, struct json *json);

// "server 127.0.0.1:5353 udp", "hosts"; "" for none. text holds LOOKUP_TRACE_TEXT_SIZE bytes and is returned. As JSON:
// members of an object.
#define LOOKUP_TRACE_TEXT_SIZE (ADDRESS_TEXT_SIZE + 32)
char *lookup_trace_write_answerer(const struct lookup_trace_answerer *answerer, char *text);
void lookup_trace_write_answerer_json(const struct lookup_trace_answerer *answerer, struct json *json);
