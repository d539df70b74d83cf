// SPDX-License-Identifier: MIT
// --query: what a program would be answered, or the messages themselves.
#pragma once

#include <stddef.h>
#include <stdio.h>

#include "config/lookup_context.h"
#include "resolver/dns/message.h"

struct options;
struct query_options;
struct resolver;

// What it ends with.
enum query_status {
	QUERY_FOUND,
	QUERY_NOT_FOUND,  // of several the worst
	QUERY_FAILED,     // no usable answer: timeouts, refusals, SERVFAIL
};

// What an outcome makes it end with, and what it is called.
int query_status_of(enum outcome outcome);
const char *query_word_of(enum outcome outcome);

// Asks what the words say, NAME [TYPE]... or what the view takes, several at once, and writes the answers to out in the
// order of the words. A word "-" stands for the words of standard input, a line each question. Returns a
// query_status, or EXIT_OWN_ERROR with a line on stderr for words that make no question.
int query_run(
	struct resolver *resolver, const struct query_options *options, char *const *words, size_t count, FILE *out);

// The terms of one lookup that begins now: the configuration's, changed by what the options say of packets, in *room.
struct lookup_context query_context(
	const struct resolver *resolver, const struct query_options *options, struct options *room);
