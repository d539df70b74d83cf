// SPDX-License-Identifier: MIT
#include "shim/command/watch/lookup_row.h"

#include <string.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/timeline.h"

#define PLACES 10000     // of the axis
#define LENGTH_LEAST 25  // a shorter bar is drawn as long as the shortest one that can be seen

static bool has_text(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool is_same(const char *one, const char *other)
{
	return strcmp(one != NULL ? one : "", other != NULL ? other : "") == 0;
}

static const char *source_of(const struct lookup *lookup)
{
	return lookup->server != NULL ? lookup->server : lookup->source;
}

// What was found, or the word of the result.
static const char *result_of(const struct lookup *lookup)
{
	if (lookup->call == NULL)
		return "did not end";
	const struct log_event *logged = &lookup->call->logged;
	const char *const found[] = {logged->names, logged->records, logged->addresses, log_result_word(logged->result)};
	for (size_t i = 0; i < ARRAY_LENGTH(found); i++)
		if (has_text(found[i]))
			return found[i];
	return "";
}

// The beginning and the length of the bar, as values of its style.
static void write_place(double start, double end, const struct lookup_row *row, FILE *out)
{
	const int left = (int)(timeline_place(row->timeline, start) * PLACES);
	const int right = (int)(timeline_place(row->timeline, end) * PLACES);
	fprintf(out, " style=--a:%d", left);
	if (right - left >= LENGTH_LEAST)
		fprintf(out, ";--b:%d", right - left);
}

static void write_time(FILE *out, int64_t microseconds)
{
	fprintf(out, "<i>%lld.%02lld</i>", (long long)(microseconds / 1000), (long long)(microseconds % 1000 / 10));
}

// The words that are not empty, separated by blanks. The tag places the cell: b the name, u the server, s the result.
static void write_cell(FILE *out, char tag, const char *const *words, size_t count)
{
	const char *before = "";
	fprintf(out, "<%c>", tag);
	for (size_t i = 0; i < count; i++) {
		if (!has_text(words[i]))
			continue;
		fputs(before, out);
		page_write(out, "$", words[i]);
		before = " ";
	}
	fprintf(out, "</%c>", tag);
}

// Exchanges that differ in their type and time only share a row.
static bool is_alike(const struct journal_event *one, const struct journal_event *other)
{
	const struct log_event *left = &one->logged, *right = &other->logged;
	return left->kind == EVENT_EXCHANGE && right->kind == EVENT_EXCHANGE && is_same(left->name, right->name) &&
		is_same(left->server, right->server) && is_same(left->transport, right->transport) &&
		is_same(left->detail, right->detail) && is_same(log_result_word(left->result), log_result_word(right->result));
}

// The number of events from that one on that are alike.
static size_t count_alike(const struct lookup *lookup, size_t first)
{
	size_t count = 1;
	while (first + count < lookup->event_count && is_alike(lookup->events[first], lookup->events[first + count]))
		count++;
	return count;
}

// "A AAAA", "127.0.0.1:53 udp for corp.test packet 3", "NXDOMAIN lame"; "fault A delay=100"; "app.example.test A".
static void write_cells(const struct lookup *lookup, const struct journal_event *const *events, size_t count, FILE *out)
{
	const struct log_event *logged = &events[0]->logged;
	const bool is_other_name = has_text(logged->name) && strcasecmp(logged->name, lookup->name) != 0;
	const char *other_type = NULL;
	char try[24] = "";
	for (size_t i = 1; i < count && other_type == NULL; i++)
		other_type = is_same(events[i]->logged.type, logged->type) ? NULL : events[i]->logged.type;
	if (logged->try > 2)
		snprintf(try, sizeof(try), "packet %u", logged->try);
	const char *const subject[] = {logged->kind == EVENT_FAULT ? "fault" : NULL, is_other_name ? logged->name : NULL,
		logged->type, other_type, logged->kind == EVENT_FAULT ? logged->arguments : NULL};
	const char *const server[] = {
		logged->server, logged->transport, logged->rule != NULL ? "for" : NULL, logged->rule, try};
	const char *const result[] = {log_result_word(logged->result), logged->detail};
	write_cell(out, 'b', subject, ARRAY_LENGTH(subject));
	write_cell(out, 'u', server, ARRAY_LENGTH(server));
	write_cell(out, 's', result, ARRAY_LENGTH(result));
}

// Writes the count events that are alike. The times of events are whole milliseconds: the bar is moved as that of the
// lookup was, and kept within it.
static void write_events(
	const struct lookup *lookup, size_t index, size_t count, const struct lookup_row *row, FILE *out)
{
	const struct journal_event *const *events = lookup->events + index;
	const double last = lookup->start + (double)lookup->microseconds / 1000;
	const double delay = lookup->call != NULL ? last - (double)lookup->call->time : 0;
	const double first = journal_start(events[0]) + delay;
	const bool is_fault = events[0]->logged.kind == EVENT_FAULT;
	double end = first;
	int64_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		end = (double)events[i]->time + delay > end ? (double)events[i]->time + delay : end;
		longest = events[i]->logged.microseconds > longest ? events[i]->logged.microseconds : longest;
	}
	fprintf(out, "<p%s", is_fault ? " class=x" : journal_is_failure(events[0]) ? " class=f" : "");
	write_place(first > lookup->start ? first : lookup->start, end < last ? end : last, row, out);
	fputc('>', out);
	write_cells(lookup, events, count, out);
	if (!is_fault)
		write_time(out, longest);
	fputs("</p>", out);
}

// The call, its faults and exchanges, then why it failed.
static void write_fold(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const struct log_event *call = lookup->call != NULL ? &lookup->call->logged : NULL;
	if (call != NULL && row->is_detailed)
		page_write(out, "<p class=n>$ $</p>", call->call, call->arguments);
	for (size_t i = 0, alike; i < lookup->event_count; i += alike) {
		alike = count_alike(lookup, i);
		write_events(lookup, i, alike, row, out);
	}
	const char *reason = call == NULL ? NULL : call->reason != NULL ? call->reason : call->detail;
	if (reason != NULL)
		page_write(out, "<p class=n>$</p>", reason);
}

// What hovering shows; without details only what the row does not.
static void write_title(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const struct log_event *call = lookup->call != NULL ? &lookup->call->logged : NULL;
	page_write(out, row->is_detailed ? " title=\"$\n" : " title=\"", lookup->name);
	if (call != NULL)
		page_write(out, "$ $\n", call->call, call->arguments);
	fprintf(out, "began at %.1f ms", lookup->start - row->timeline->knots[0].time);
	if (row->is_detailed) {
		fprintf(out, ", took %.3f ms\n", (double)lookup->microseconds / 1000);
		page_write(out, "$: $", source_of(lookup), result_of(lookup));
	}
	if (row->command != NULL)
		fprintf(out, "\n%lld", (long long)lookup->pid);
	page_write(out, row->command != NULL ? " $\"" : "\"", row->command);
}

// Failed, with a fault, by something of this machine, by a server.
static const char *class_of(const struct lookup *lookup)
{
	if (lookup->is_failed)
		return " class=f";
	for (size_t i = 0; i < lookup->event_count; i++)
		if (lookup->events[i]->logged.kind == EVENT_FAULT)
			return " class=x";
	return lookup->server != NULL ? "" : " class=l";
}

// Without details, a row folds only what is more than one successful exchange with one server.
static bool is_folding(const struct lookup *lookup, bool is_detailed)
{
	return is_detailed || lookup->is_failed ||
		(lookup->event_count > 0 &&
			(lookup->events[0]->logged.kind == EVENT_FAULT || count_alike(lookup, 0) < lookup->event_count));
}

void lookup_row_write(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const bool has_fold = is_folding(lookup, row->is_detailed);
	const char *tag = has_fold ? "summary" : "div";
	fprintf(out, "%s<%s%s", has_fold ? "<details>" : "", tag, class_of(lookup));
	write_place(lookup->start, lookup->start + (double)lookup->microseconds / 1000, row, out);
	write_title(lookup, row, out);
	page_write(out, row->command != NULL ? "><b>$<small>$</small></b>" : "><b>$</b>", lookup->name, row->command);
	page_write(out, "<u>$</u><s>$</s>", source_of(lookup), result_of(lookup));
	write_time(out, lookup->microseconds);
	fprintf(out, "</%s>", tag);
	if (has_fold) {
		write_fold(lookup, row, out);
		fputs("</details>", out);
	}
	fputc('\n', out);
}

size_t lookup_row_size(const struct lookup *lookup)
{
	const char *const texts[] = {lookup->name, source_of(lookup), result_of(lookup),
		lookup->call != NULL ? lookup->call->logged.call : NULL,
		lookup->call != NULL ? lookup->call->logged.arguments : NULL};
	size_t size = 105;
	for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
		size += texts[i] != NULL ? strlen(texts[i]) : 0;
	for (size_t i = 0; i < lookup->event_count && is_folding(lookup, false); i += count_alike(lookup, i))
		size += 100;
	return size;
}
