// SPDX-License-Identifier: MIT
// What happened while a question was asked: who was, what was said, how long it took.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config/address.h"
#include "resolver/reasons.h"
#include "shim/command/json.h"

struct query_options;
struct lookup_context;

// Who answered the questions of one type.
struct trail_answerer {
	char source[16];  // "server", "hosts", ..: see resolver/observe.h; "" for nobody
	char server[ADDRESS_TEXT_SIZE];
	char transport[4];
};

struct trail {
	struct trail_answerer ipv4, ipv6, last;  // of addresses of a family; of whatever came last
	bool ipv4_lost, ipv6_lost;  // nobody had a usable answer for that family
	struct reasons reasons;  // why it failed, if it did
	unsigned exchanges;      // with servers
	int64_t begun, ended;    // clock_now
	struct json json;        // of the events, and what is written to it; out is NULL unless they are to be shown
	char *events;
	size_t events_size;
	bool is_json;
};

// Lets the terms tell *trail, which must not move, what happens from now on. trail_clear frees it.
void trail_begin(struct trail *trail, const struct query_options *options, struct lookup_context *lookup);
void trail_end(struct trail *trail);  // what was asked is answered: the time stops
void trail_clear(struct trail *trail);

// The events so far, for --trace; nothing otherwise. As lines that begin with a semicolon, or as member "trace".
void trail_write(struct trail *trail, FILE *out);
void trail_write_json(struct trail *trail, struct json *json);

// "server 127.0.0.1:5353 udp", "hosts"; "" for nobody. text holds TRAIL_TEXT_SIZE bytes and is returned.
#define TRAIL_TEXT_SIZE 128
char *trail_write_answerer(const struct trail_answerer *answerer, char *text);
void trail_write_answerer_json(const struct trail_answerer *answerer, struct json *json);
