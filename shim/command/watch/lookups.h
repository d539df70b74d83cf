// SPDX-License-Identifier: MIT
// The lookups of a journal, each with the events that led to its result, and their sums by name and server.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;
struct journal_event;

// Strings are borrowed from the journal.
struct lookup {
	const struct journal_event *call;           // NULL: the call did not end
	const struct journal_event *const *events;  // its exchanges and faults, in the order in which they began
	size_t event_count;
	const char *name;
	const char *source, *server;  // of the answer; without an answer, the last server asked; NULL: none
	int64_t pid, microseconds;
	double start;  // milliseconds since 1970
	bool is_failed;
};

struct lookups {
	struct lookup *list;  // by process, then in the order of their beginning
	size_t count;
	const struct journal_event **events;  // of all lookups
};

// Literal addresses are not looked up. False for lack of memory. lookups_clear frees *out, after a failure too.
bool lookups_make(const struct journal *journal, struct lookups *out);
void lookups_clear(struct lookups *lookups);

// The lookups of one name that one source answered; times in microseconds.
struct lookup_sum {
	const struct lookup *first;
	size_t count, failed;
	int64_t total, median, longest;
};

// Calls that did not end are not counted.
struct lookup_sums {
	struct lookup_sum *rows;  // by total, the largest first
	size_t row_count, names, processes;
	struct lookup_sum all;  // without first
};

// False for lack of memory. free(3) frees out->rows, after a failure too.
bool lookups_sum(const struct lookups *lookups, struct lookup_sums *out);

// What answered, or was asked: "server 127.0.0.1:53", "cache", "-". Writes to bytes (LOOKUP_SOURCE_SIZE), and returns
// bytes.
#define LOOKUP_SOURCE_SIZE 128
const char *lookup_source(const struct lookup *lookup, char *bytes);
