// SPDX-License-Identifier: MIT
// The events of a journal: which of them are lookups, which failed, their order, and their common cells in tables.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal;
struct journal_event;

#define EVENT_CELL_SIZE 400

// Is the event a call of the program that looked up a name or an address? A literal address is not looked up.
bool event_is_lookup(const struct journal_event *event);

// Did it end without what was asked for?
bool event_is_failure(const struct journal_event *event);

// The types that a lookup asked for, at most EVENT_TYPES_MAX; returns their number. 0: they are unknown.
#define EVENT_TYPES_MAX 2
size_t event_types(const struct journal_event *event, uint16_t *types);

// Writes the function to bytes (EVENT_CELL_SIZE), "getaddrinfo", or with the record type "res_query MX", and returns
// bytes.
const char *event_call(const struct journal_event *event, char *bytes);

// The events of the journal for which is_wanted holds (NULL: all), sorted by qsort(3) with compare, whose arguments
// event_at and event_order read. *count is their number. Allocated; NULL for lack of memory.
const struct journal_event **event_select(const struct journal *journal,
	bool (*is_wanted)(const struct journal_event *event), int (*compare)(const void *, const void *), size_t *count);

static inline const struct journal_event *event_at(const void *item)
{
	return *(const struct journal_event *const *)item;
}

// When it began, in milliseconds since 1970. Events are written when they have ended, with their duration.
double event_start(const struct journal_event *event);

// Order in the journal.
int event_order(const void *one, const void *other);
