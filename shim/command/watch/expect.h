// SPDX-License-Identifier: MIT
// The names that a program is expected to look up, and which of those that it did look up are none of them.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/base/name.h"

struct journal;
struct journal_event;
struct problem;

struct expectation {
	struct name name;
	bool is_below;  // "*.domain": names below it, not itself
};

struct expectations {
	struct expectation *list;
	size_t count;
};

// Reads a file of names or `*.domain`, one a line; '#' begins a comment. An address means the name that its PTR record
// stands at. False with *problem telling FILE:LINE. expectations_clear frees *out, after a failure too.
bool expectations_read(const char *path, struct expectations *out, struct problem *problem);

// Is it a call of the program that looked up a name that nobody expected? Literal addresses and calls without a name do
// not count; a lookup of an address counts as one of its in-addr.arpa or ip6.arpa name.
bool expectations_lack(const struct expectations *expectations, const struct journal_event *event);

// Writes one line for each unexpected name, with the call, the program and the process that looked it up first, and
// returns how many lookups there were of such names.
size_t expectations_tell(const struct expectations *expectations, const struct journal *journal, FILE *out);

// Accepts one that was never filled (all zero).
void expectations_clear(struct expectations *expectations);
