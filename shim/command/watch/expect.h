// SPDX-License-Identifier: MIT
// --expect: compares the names that a program looked up with a list of expected names.
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

// Reads a file of names or `*.domain`, one per line; '#' begins a comment. An address stands for the owner name of its
// PTR record. False with FILE:LINE in *problem. expectations_clear frees *out, after a failure too.
bool expectations_read(const char *path, struct expectations *out, struct problem *problem);

// Is the event a call of the program that looked up an unexpected name? Literal addresses and calls without a name are
// not; the lookup of an address is compared as its in-addr.arpa or ip6.arpa name.
bool expectations_lack(const struct expectations *expectations, const struct journal_event *event);

// Writes one line for each unexpected name, with the function, the program and the process of its first lookup. Returns
// the number of lookups of such names.
size_t expectations_write(const struct expectations *expectations, const struct journal *journal, FILE *out);

// Accepts one that was never filled (all zero).
void expectations_clear(struct expectations *expectations);
