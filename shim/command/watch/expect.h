// SPDX-License-Identifier: MIT
// --expect: compares the names that a program looked up with a list of expected names, and its questions with a recording.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/name_list.h"

struct journal;
struct journal_event;
struct problem;

struct expectations {
	const char *path;  // borrowed
	struct name_list names;
	bool *is_used;  // by line: a lookup matched it
};

// Reads a file of names (config/name_list.h). False with FILE:LINE in *problem. expectations_clear frees *out, after a
// failure too.
bool expectations_read(const char *path, struct expectations *out, struct problem *problem);

// Is the event a call of the program that looked up an unexpected name, or an expected one with another type? Literal
// addresses and calls without a name are not; the lookup of an address is compared as its in-addr.arpa or ip6.arpa
// name. A call that asks for addresses of both families needs both types.
bool expectations_lack(const struct expectations *expectations, const struct journal_event *event);

// Writes one line for each unexpected name, with the function, the program and the process of its first lookup. Returns
// the number of lookups of such names.
size_t expectations_write(const struct expectations *expectations, const struct journal *journal, FILE *out);

// Writes one line for each line of the file that no lookup matches. Returns their number.
size_t expectations_write_unused(const struct expectations *expectations, const struct journal *journal, FILE *out);

// Writes the lookups of the journal as such a file: each name once, sorted, in lower case; with a type, unless that is A
// or AAAA. An address stands for its lookup. Names that cannot be listed stand in comments. False with errno.
bool expectations_write_file(const struct journal *journal, FILE *out);

// For a recording that is only replayed: writes one line for each question that it does not answer, with the program and
// the process that asked it first. Returns their number.
size_t expectations_write_unrecorded(const struct journal *journal, FILE *out);

// Accepts one that was never filled (all zero).
void expectations_clear(struct expectations *expectations);
