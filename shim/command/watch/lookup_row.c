// SPDX-License-Identifier: MIT
#include "shim/command/watch/lookup_row.h"

#include <string.h>

#include "config/base/array.h"
#include "shim/command/watch/event.h"
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

static const char *text_or_empty(const char *text)
{
	return text != NULL ? text : "";
}

// What was found, or the word of the result.
static const char *result_of(const struct lookup *lookup)
{
	if (lookup->call == NULL)
		return "did not end";
	const struct log_event *logged = &lookup->call->logged;
	const char *const found[] = {logged->names, logged->records, logged->addresses};
	for (size_t i = 0; i < ARRAY_LENGTH(found); i++)
		if (has_text(found[i]))
			return found[i];
	return text_or_empty(log_result_word(logged->result));
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

// The words that are not empty, separated by blanks. The tag places the cell: b the name, u the server, s the result.
static void write_cell(FILE *out, const char *tag, const char *const *words, size_t count)
{
	const char *before = "";
	fprintf(out, "<%s>", tag);
	for (size_t i = 0; i < count; i++) {
		if (!has_text(words[i]))
			continue;
		fputs(before, out);
		page_put_text(out, words[i]);
		before = " ";
	}
	fprintf(out, "</%s>", tag);
}

static void write_time(FILE *out, int64_t microseconds)
{
	fprintf(out, "<i>%lld.%02lld</i>", (long long)(microseconds / 1000), (long long)(microseconds % 1000 / 10));
}

static bool is_same(const char *one, const char *other)
{
	return strcmp(text_or_empty(one), text_or_empty(other)) == 0;
}

// Exchanges that differ in their type and time only share a row.
static bool is_alike(const struct journal_event *one, const struct journal_event *other)
{
	const struct log_event *left = &one->logged, *right = &other->logged;
	return left->kind == EVENT_EXCHANGE && right->kind == EVENT_EXCHANGE && is_same(left->name, right->name) &&
		is_same(left->server, right->server) && is_same(left->transport, right->transport) &&
		is_same(left->detail, right->detail) && is_same(log_result_word(left->result), log_result_word(right->result));
}

// "A AAAA", "127.0.0.1:53 udp for corp.test, try 2", "NXDOMAIN lame"; "fault A delay=100"; "app.example.test A".
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
	const char *const subject[] = {logged->kind != EVENT_EXCHANGE ? events[0]->kind : NULL,
		is_other_name ? logged->name : NULL, logged->type, other_type,
		logged->kind == EVENT_FAULT ? logged->arguments : NULL};
	const char *const server[] = {
		logged->server, logged->transport, logged->rule != NULL ? "for" : NULL, logged->rule, try};
	const char *const result[] = {log_result_word(logged->result), logged->detail};
	write_cell(out, "b", subject, ARRAY_LENGTH(subject));
	write_cell(out, "u", server, ARRAY_LENGTH(server));
	write_cell(out, "s", result, ARRAY_LENGTH(result));
}

// Writes count events that are alike. The times of the log are whole milliseconds: the bar is moved as that of the lookup
// was, and kept within it.
static void write_events(const struct lookup *lookup, const struct journal_event *const *events, size_t count,
	const struct lookup_row *row, FILE *out)
{
	const double last = lookup->start + (double)lookup->microseconds / 1000;
	const double delay = lookup->call != NULL ? last - (double)lookup->call->time : 0;
	const double first = event_start(events[0]) + delay;
	const struct log_event *logged = &events[0]->logged;
	double end = first;
	int64_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		end = (double)events[i]->time + delay > end ? (double)events[i]->time + delay : end;
		longest = events[i]->logged.microseconds > longest ? events[i]->logged.microseconds : longest;
	}
	fprintf(out, "<p%s", logged->kind == EVENT_FAULT ? " class=x" : event_is_failure(events[0]) ? " class=f" : "");
	write_place(first > lookup->start ? first : lookup->start, end < last ? end : last, row, out);
	fputc('>', out);
	write_cells(lookup, events, count, out);
	if (logged->kind == EVENT_EXCHANGE)
		write_time(out, longest);
	fputs("</p>", out);
}

// The call, its faults and exchanges, then why it failed.
static void write_fold(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const struct log_event *call = lookup->call != NULL ? &lookup->call->logged : NULL;
	if (call != NULL && row->is_detailed) {
		fputs("<p class=n>", out);
		page_put_text(out, call->call);
		fputc(' ', out);
		page_put_text(out, text_or_empty(call->arguments));
		fputs("</p>", out);
	}
	for (size_t i = 0, alike; i < lookup->event_count; i += alike) {
		for (alike = 1; i + alike < lookup->event_count && is_alike(lookup->events[i], lookup->events[i + alike]);
			 alike++)
			continue;
		write_events(lookup, lookup->events + i, alike, row, out);
	}
	const char *reason = call == NULL ? NULL : call->reason != NULL ? call->reason : call->detail;
	if (reason != NULL) {
		fputs("<p class=n>", out);
		page_put_text(out, reason);
		fputs("</p>", out);
	}
}

static void write_hover(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const double start = lookup->start - row->timeline->knots[0].time;
	char source[LOOKUP_SOURCE_SIZE];
	fputs(" title=\"", out);
	page_put_attribute(out, lookup->name);
	if (lookup->call != NULL)
		fprintf(out, "\n%s ", lookup->call->logged.call);
	if (lookup->call != NULL)
		page_put_attribute(out, text_or_empty(lookup->call->logged.arguments));
	fprintf(out, "\nbegan at %.1f ms, took %.3f ms\n", start, (double)lookup->microseconds / 1000);
	page_put_attribute(out, lookup_source(lookup, source));
	fputs(": ", out);
	page_put_attribute(out, result_of(lookup));
	if (row->command != NULL) {
		fprintf(out, "\n%lld ", (long long)lookup->pid);
		page_put_attribute(out, row->command);
	}
	fputc('"', out);
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
	if (is_detailed || lookup->is_failed)
		return true;
	for (size_t i = 0; i < lookup->event_count; i++)
		if (!is_alike(lookup->events[0], lookup->events[i]))
			return true;
	return false;
}

void lookup_row_write(const struct lookup *lookup, const struct lookup_row *row, FILE *out)
{
	const double end = lookup->start + (double)lookup->microseconds / 1000;
	const bool has_fold = is_folding(lookup, row->is_detailed);
	const char *tag = has_fold ? "summary" : "div";
	fprintf(out, "%s<%s%s", has_fold ? "<details>" : "", tag, class_of(lookup));
	write_place(lookup->start, end, row, out);
	if (row->is_detailed)
		write_hover(lookup, row, out);
	fputc('>', out);
	const char *const server[] = {lookup->server != NULL ? lookup->server : lookup->source};
	const char *const result[] = {result_of(lookup)};
	fputs("<b>", out);
	page_put_text(out, lookup->name);
	if (row->command != NULL)
		write_cell(out, "small", &row->command, 1);
	fputs("</b>", out);
	write_cell(out, "u", server, 1);
	write_cell(out, "s", result, 1);
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
	size_t size = 130 + strlen(lookup->name) + strlen(result_of(lookup));
	for (size_t i = 0; i < lookup->event_count && is_folding(lookup, false); i++)
		size += i == 0 || !is_alike(lookup->events[i - 1], lookup->events[i]) ? 100 : 0;
	return size;
}
