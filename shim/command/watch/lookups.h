// SPDX-License-Identifier: MIT
// The lookups of a run, each with the events that led to its result, and their sums by name and source: what --summary
// and --report show.
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
	bool is_failed, has_fault;
	bool is_shown;  // in the waterfall chart, whose choice it is
};

static inline double lookups_end(const struct lookup *lookup)
{
	return lookup->start + (double)lookup->microseconds / 1000;
}

// Those of one name that one source answered; times in microseconds.
struct lookup_sum {
	const struct lookup *first;
	int64_t count, failed, total, median, longest;
};

struct lookups {
	const struct journal *journal;
	struct lookup *list;  // by process, then in the order of their beginning
	size_t count;
	const struct journal_event **events;  // of all lookups
	double began;                         // when the run began
	// Calls that did not end are in no sum.
	struct lookup_sum *sums;  // by total, the largest first
	size_t sum_count, names, processes;
	struct lookup_sum all;  // without first, median and longest
};

// began: of the run, in milliseconds since 1970. Literal addresses are not looked up. False for lack of
// memory. lookups_clear frees *out, after a failure too.
bool lookups_make(const struct journal *journal, int64_t began, struct lookups *out);
void lookups_clear(struct lookups *lookups);
