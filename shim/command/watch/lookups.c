// SPDX-License-Identifier: MIT
#include "shim/command/watch/lookups.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"

static bool is_same_thread(const struct journal_event *one, const struct journal_event *other)
{
	return one->pid == other->pid && one->thread == other->thread;
}

// By process, then by thread, then in the order of the journal: the exchanges of a call precede it.
static int compare_events(const void *one, const void *other)
{
	const struct journal_event *left = journal_item(one), *right = journal_item(other);
	const int processes = ARRAY_ORDER(left->pid, right->pid), threads = ARRAY_ORDER(left->thread, right->thread);
	return processes != 0 ? processes : threads != 0 ? threads : journal_order(one, other);
}

static int compare_beginnings(const void *one, const void *other)
{
	const double left = journal_start(journal_item(one)), right = journal_start(journal_item(other));
	return left != right ? ARRAY_ORDER(left, right) : journal_order(one, other);
}

// The number of events up to a call, or up to the end of the thread.
static size_t count_events(const struct journal_event *const *events, size_t count)
{
	size_t taken = 1;
	while (taken < count && events[taken - 1]->logged.kind != EVENT_CALL && is_same_thread(events[taken], events[0]))
		taken++;
	return taken;
}

// The call is the last of count events, or is missing.
static struct lookup make_lookup(const struct journal_event **events, size_t count)
{
	const struct journal_event *last = events[count - 1];
	const bool has_call = last->logged.kind == EVENT_CALL;
	qsort(events, count - has_call, sizeof(*events), compare_beginnings);
	struct lookup lookup = {
		.call = has_call ? last : NULL,
		.events = events,
		.event_count = count - has_call,
		.name = last->logged.name != NULL ? last->logged.name : "",
		.source = has_call ? answer_source_word(last->logged.source) : NULL,
		.server = has_call ? last->logged.server : NULL,
		.pid = last->pid,
		.start = journal_start(has_call ? last : events[0]),
		.is_failed = !has_call || journal_is_failure(last),
	};
	lookup.microseconds = (int64_t)(((double)last->time - lookup.start) * 1000);
	if (has_call)
		lookup.microseconds = last->logged.microseconds > 0 ? last->logged.microseconds : 0;
	for (size_t i = 0; i < lookup.event_count; i++) {
		lookup.has_fault |= events[i]->logged.kind == EVENT_FAULT;
		if (lookup.source == NULL && events[i]->logged.server != NULL)
			lookup.server = events[i]->logged.server;
	}
	return lookup;
}

// Times are whole milliseconds, but a thread makes one call after the other.
static void put_behind(struct lookup *lookup, const struct lookup *before)
{
	if (is_same_thread(before->events[0], lookup->events[0]) && lookup->start < lookups_end(before))
		lookup->start = lookups_end(before);
}

static int compare_starts(const void *one, const void *other)
{
	const struct lookup *left = one, *right = other;
	const int processes = ARRAY_ORDER(left->pid, right->pid), starts = ARRAY_ORDER(left->start, right->start);
	return processes != 0 ? processes : starts != 0 ? starts : ARRAY_ORDER(left->events, right->events);
}

// Selects the events of lookups, in *count their number. False for lack of memory.
static bool select_events(struct lookups *lookups, size_t *count)
{
	const struct journal *journal = lookups->journal;
	lookups->events = calloc(journal->count + 1, sizeof(*lookups->events));
	*count = 0;
	for (size_t i = 0; lookups->events != NULL && i < journal->count; i++) {
		const enum event_kind kind = journal->events[i].logged.kind;
		if (kind == EVENT_CALL || kind == EVENT_EXCHANGE || kind == EVENT_FAULT)
			lookups->events[(*count)++] = &journal->events[i];
	}
	if (*count > 0)
		qsort(lookups->events, *count, sizeof(*lookups->events), compare_events);
	return lookups->events != NULL;
}

static bool add_lookups(struct lookups *lookups)
{
	size_t count;
	if (!select_events(lookups, &count))
		return false;
	for (size_t i = 0, taken; i < count; i += taken) {
		taken = count_events(lookups->events + i, count - i);
		const struct journal_event *last = lookups->events[i + taken - 1];
		struct lookup lookup = make_lookup(lookups->events + i, taken);
		if (last->logged.kind == EVENT_CALL && !journal_is_lookup(last))
			continue;
		if (lookups->count > 0)
			put_behind(&lookup, &lookups->list[lookups->count - 1]);
		if (!array_append(&lookups->list, &lookups->count, &lookup, sizeof(lookup)))
			return false;
	}
	if (lookups->count > 0)
		qsort(lookups->list, lookups->count, sizeof(*lookups->list), compare_starts);
	return true;
}

static int compare_texts(const char *one, const char *other)
{
	return strcmp(one != NULL ? one : "", other != NULL ? other : "");
}

static int compare_keys(const struct lookup *one, const struct lookup *other)
{
	int order = strcasecmp(one->name, other->name);
	if (order == 0)
		order = compare_texts(one->source, other->source);
	return order != 0 ? order : compare_texts(one->server, other->server);
}

// By name and source, then by duration.
static int compare_lookups(const void *one, const void *other)
{
	const struct lookup *left = *(const struct lookup *const *)one, *right = *(const struct lookup *const *)other;
	const int order = compare_keys(left, right);
	return order != 0 ? order : ARRAY_ORDER(left->microseconds, right->microseconds);
}

// The longest total first, as in strace -c.
static int compare_sums(const void *one, const void *other)
{
	const struct lookup_sum *left = one, *right = other;
	return left->total != right->total ? ARRAY_ORDER(right->total, left->total)
									   : compare_keys(left->first, right->first);
}

// Of count lookups; the median and the longest, if they are in the order of their durations.
static struct lookup_sum sum_of(const struct lookup *const *lookups, size_t count)
{
	struct lookup_sum sum = {.first = lookups[0],
		.count = (int64_t)count,
		.median = (lookups[(count - 1) / 2]->microseconds + lookups[count / 2]->microseconds) / 2,
		.longest = lookups[count - 1]->microseconds};
	for (size_t i = 0; i < count; i++) {
		sum.total += lookups[i]->microseconds;
		sum.failed += lookups[i]->is_failed;
	}
	return sum;
}

static bool add_sums(struct lookups *lookups, const struct lookup *const *sorted, size_t count)
{
	for (size_t i = 0, same; i < count; i += same) {
		for (same = 1; i + same < count && compare_keys(sorted[i], sorted[i + same]) == 0; same++)
			continue;
		const struct lookup_sum sum = sum_of(sorted + i, same);
		lookups->names += i == 0 || strcasecmp(sorted[i]->name, sorted[i - 1]->name) != 0;
		if (!array_append(&lookups->sums, &lookups->sum_count, &sum, sizeof(sum)))
			return false;
	}
	if (lookups->sum_count > 0)
		qsort(lookups->sums, lookups->sum_count, sizeof(*lookups->sums), compare_sums);
	return true;
}

static bool sum_up(struct lookups *lookups)
{
	const struct lookup **sorted = calloc(lookups->count + 1, sizeof(*sorted));
	size_t count = 0;
	if (sorted == NULL)
		return false;
	for (size_t i = 0; i < lookups->count; i++) {
		const struct lookup *lookup = &lookups->list[i];
		if (lookup->call == NULL)
			continue;
		lookups->processes += count == 0 || lookup->pid != sorted[count - 1]->pid;
		sorted[count++] = lookup;
	}
	qsort(sorted, count, sizeof(*sorted), compare_lookups);
	if (count > 0)
		lookups->all = sum_of(sorted, count);
	const bool done = add_sums(lookups, sorted, count);
	free(sorted);
	return done;
}

bool lookups_make(const struct journal *journal, int64_t began, struct lookups *out)
{
	*out = (struct lookups){.journal = journal, .began = (double)began};
	return add_lookups(out) && sum_up(out);
}

void lookups_clear(struct lookups *lookups)
{
	free(lookups->sums);
	free(lookups->list);
	free(lookups->events);
	*lookups = (struct lookups){.list = NULL};
}
