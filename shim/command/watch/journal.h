// SPDX-License-Identifier: MIT
// The journal: the events that the processes of a run sent (config/log.h).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/log_event.h"

struct journal_event {
	struct log_event logged;  // has no counts and no process; its records are separated by a comma and a blank
	const char *program;      // NULL: unknown
	int64_t time;             // of sending, in milliseconds since 1970
	int64_t pid, thread;      // thread 0: the first of its process
	char *text;               // holds the strings; owned
};

// All zero is an empty journal.
struct journal {
	struct journal_event *events;  // in the order of arrival
	size_t count;
	size_t unreadable;  // number of those that are not events; the program can send anything
	uint64_t lost;      // number of lookups and questions that are not in the journal
};

// Copies an event (size bytes at text), and returns its place until the next one is added. NULL where it is not an
// event, or for lack of memory; it is counted as unreadable or lost.
const struct journal_event *journal_add(struct journal *journal, const char *text, size_t size);

// Is the event a call of the program that looked up a name or an address? A literal address is not looked up.
bool journal_is_lookup(const struct journal_event *event);

// Did it end without what was asked for?
bool journal_is_failure(const struct journal_event *event);

// The number of events of that kind, and with that name; NULL: with any.
size_t journal_count(const struct journal *journal, enum event_kind kind, const char *name);

// When it began, in milliseconds since 1970. Events are sent when they have ended, with their duration.
double journal_start(const struct journal_event *event);

// An item of an array of events that qsort(3) sorts.
static inline const struct journal_event *journal_item(const void *item)
{
	return *(const struct journal_event *const *)item;
}

// Order in the journal.
int journal_order(const void *one, const void *other);

void journal_clear(struct journal *journal);
