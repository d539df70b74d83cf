// SPDX-License-Identifier: MIT
// What happened while a question was asked: who was, what was said, how long it took.
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

// Who answered the questions of one type.
struct lookup_trace_answerer {
	enum answer_source source;
	char server[ADDRESS_TEXT_SIZE];
	char transport[4];
};

struct lookup_trace {
	struct lookup_trace_answerer ipv4, ipv6, last;  // of addresses of a family; of whatever came last
	bool ipv4_lost, ipv6_lost;                      // nobody had a usable answer for that family
	struct reasons reasons;                         // why it failed, if it did
	unsigned exchanges;                             // with servers
	int64_t begun, ended;                           // clock_now
	struct json json;  // of the events, and what is written to it; out is NULL unless they are to be shown
	char *events;
	size_t events_size;
	bool is_json;
};

// Lets the terms tell *trail, which must not move, what happens from now on. lookup_trace_clear frees it.
void lookup_trace_begin(struct lookup_trace *trace, const struct query_options *options, struct lookup_context *lookup);
void lookup_trace_end(struct lookup_trace *trace);  // what was asked is answered: the time stops
void lookup_trace_clear(struct lookup_trace *trace);

// The events so far, for --trace; nothing otherwise. As lines that begin with a semicolon, or as member "trace".
void lookup_trace_write(struct lookup_trace *trace, FILE *out);
void lookup_trace_write_json(struct lookup_trace *trace, struct json *json);

// "server 127.0.0.1:5353 udp", "hosts"; "" for nobody. text holds LOOKUP_TRACE_TEXT_SIZE bytes and is returned.
#define LOOKUP_TRACE_TEXT_SIZE 128
char *lookup_trace_write_answerer(const struct lookup_trace_answerer *answerer, char *text);
void lookup_trace_write_answerer_json(const struct lookup_trace_answerer *answerer, struct json *json);
