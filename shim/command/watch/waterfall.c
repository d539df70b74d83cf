// SPDX-License-Identifier: MIT
#include "shim/command/watch/waterfall.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/processes.h"
#include "shim/command/watch/timeline.h"

#define SHOWN_BYTES (640 * 1024)   // if all lookups are shown
#define CHOSEN_BYTES (240 * 1024)  // if some are
#define DETAILED_MOST 1000         // lookups
#define SECTION_ROWS 50
#define PLACES 10000     // of the axis
#define LENGTH_LEAST 25  // a shorter bar is drawn as long as the shortest one that can be seen

struct chart {
	struct timeline timeline;
	struct processes *processes;
	bool is_detailed;  // hovering shows all, and a single successful exchange is folded too
	FILE *out;
};

// ---- a row: a lookup, which folds what led to its result ----

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
static void write_place(const struct chart *chart, double start, double end)
{
	const int left = (int)(timeline_place(&chart->timeline, start) * PLACES);
	const int right = (int)(timeline_place(&chart->timeline, end) * PLACES);
	fprintf(chart->out, " style=--a:%d", left);
	if (right - left >= LENGTH_LEAST)
		fprintf(chart->out, ";--b:%d", right - left);
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
	const bool is_fault = logged->kind == EVENT_FAULT;
	const bool is_other_name = has_text(logged->name) && strcasecmp(logged->name, lookup->name) != 0;
	const char *other_type = NULL;
	char try[24] = "";
	for (size_t i = 1; i < count && other_type == NULL; i++)
		other_type = is_same(events[i]->logged.type, logged->type) ? NULL : events[i]->logged.type;
	if (logged->try > 2)
		snprintf(try, sizeof(try), "packet %u", logged->try);
	const char *const subject[] = {is_fault ? "fault" : NULL, is_other_name ? logged->name : NULL, logged->type,
		other_type, is_fault ? logged->arguments : NULL};
	const char *const server[] = {
		logged->server, logged->transport, logged->rule != NULL ? "for" : NULL, logged->rule, try};
	const char *const result[] = {log_result_word(logged->result), logged->detail};
	write_cell(out, 'b', subject, ARRAY_LENGTH(subject));
	write_cell(out, 'u', server, ARRAY_LENGTH(server));
	write_cell(out, 's', result, ARRAY_LENGTH(result));
}

// Writes the count events that are alike. The times of events are whole milliseconds: the bar is moved as that of the
// lookup was, and kept within it.
static void write_events(const struct chart *chart, const struct lookup *lookup, size_t index, size_t count)
{
	const struct journal_event *const *events = lookup->events + index;
	const double last = lookups_end(lookup);
	const double delay = lookup->call != NULL ? last - (double)lookup->call->time : 0;
	const double first = journal_start(events[0]) + delay;
	const bool is_fault = events[0]->logged.kind == EVENT_FAULT;
	double end = first;
	int64_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		end = (double)events[i]->time + delay > end ? (double)events[i]->time + delay : end;
		longest = events[i]->logged.microseconds > longest ? events[i]->logged.microseconds : longest;
	}
	fprintf(chart->out, "<p%s", is_fault ? " class=x" : journal_is_failure(events[0]) ? " class=f" : "");
	write_place(chart, first > lookup->start ? first : lookup->start, end < last ? end : last);
	fputc('>', chart->out);
	write_cells(lookup, events, count, chart->out);
	if (!is_fault)
		write_time(chart->out, longest);
	fputs("</p>", chart->out);
}

// The call, its faults and exchanges, then why it failed.
static void write_fold(const struct chart *chart, const struct lookup *lookup)
{
	const struct log_event *call = lookup->call != NULL ? &lookup->call->logged : NULL;
	if (call != NULL && chart->is_detailed)
		page_write(chart->out, "<p class=n>$ $</p>", call->call, call->arguments);
	for (size_t i = 0, alike; i < lookup->event_count; i += alike) {
		alike = count_alike(lookup, i);
		write_events(chart, lookup, i, alike);
	}
	const char *reason = call == NULL ? NULL : call->reason != NULL ? call->reason : call->detail;
	if (reason != NULL)
		page_write(chart->out, "<p class=n>$</p>", reason);
}

// What hovering shows; without details only what the row does not show. command: as in write_row.
static void write_hover(const struct chart *chart, const struct lookup *lookup, const char *command)
{
	const struct log_event *call = lookup->call != NULL ? &lookup->call->logged : NULL;
	FILE *out = chart->out;
	page_write(out, chart->is_detailed ? " title=\"$\n" : " title=\"", lookup->name);
	if (call != NULL)
		page_write(out, "$ $\n", call->call, call->arguments);
	fprintf(out, "began at %.1f ms", lookup->start - chart->timeline.knots[0].time);
	if (chart->is_detailed) {
		fprintf(out, ", took %.3f ms\n", (double)lookup->microseconds / 1000);
		page_write(out, "$: $", source_of(lookup), result_of(lookup));
	}
	if (command != NULL)
		fprintf(out, "\n%lld", (long long)lookup->pid);
	page_write(out, command != NULL ? " $\"" : "\"", command);
}

// Failed, with a fault, by something of this machine, by a server.
static const char *class_of(const struct lookup *lookup)
{
	const char *const answered = lookup->server != NULL ? "" : " class=l";
	return lookup->is_failed ? " class=f" : lookup->has_fault ? " class=x" : answered;
}

// Without details, a row folds only what is more than one successful exchange with one server.
static bool is_folding(const struct lookup *lookup, bool is_detailed)
{
	return is_detailed || lookup->is_failed || lookup->has_fault || count_alike(lookup, 0) < lookup->event_count;
}

// command: of its process, if that has no row of its own; else NULL.
static void write_row(const struct chart *chart, const struct lookup *lookup, const char *command)
{
	const bool has_fold = is_folding(lookup, chart->is_detailed);
	FILE *out = chart->out;
	fprintf(out, has_fold ? "<details><summary%s" : "<div%s", class_of(lookup));
	write_place(chart, lookup->start, lookups_end(lookup));
	write_hover(chart, lookup, command);
	page_write(out, command != NULL ? "><b>$<small>$</small></b>" : "><b>$</b>", lookup->name, command);
	page_write(out, "<u>$</u><s>$</s>", source_of(lookup), result_of(lookup));
	write_time(out, lookup->microseconds);
	fputs(has_fold ? "</summary>" : "</div>", out);
	if (has_fold)
		write_fold(chart, lookup);
	fputs(has_fold ? "</details>\n" : "\n", out);
}

// About how many bytes a row without details takes.
static size_t size_of_row(const struct lookup *lookup)
{
	size_t size = 165 + strlen(lookup->name) + strlen(result_of(lookup));
	for (size_t i = 0; i < lookup->event_count && is_folding(lookup, false); i += count_alike(lookup, i))
		size += 100;
	return size;
}

static int compare_interest(const void *one, const void *other)
{
	const struct lookup *left = *(const struct lookup *const *)one, *right = *(const struct lookup *const *)other;
	const int failures = ARRAY_ORDER(right->is_failed, left->is_failed);
	return failures != 0 ? failures : ARRAY_ORDER(right->microseconds, left->microseconds);
}

// Chooses the lookups to show. *shown is their number.
static bool choose(struct lookups *lookups, size_t *shown)
{
	struct lookup **order = calloc(lookups->count + 1, sizeof(*order));
	size_t bytes = 0, most = SHOWN_BYTES;
	if (order == NULL)
		return false;
	for (size_t i = 0; i < lookups->count; i++) {
		order[i] = &lookups->list[i];
		bytes += size_of_row(order[i]);
	}
	if (bytes > most) {
		qsort(order, lookups->count, sizeof(*order), compare_interest);
		most = CHOSEN_BYTES;
	}
	bytes = 0;
	for (*shown = 0; *shown < lookups->count && (bytes += size_of_row(order[*shown])) <= most; ++*shown)
		order[*shown]->is_shown = true;
	free(order);
	return true;
}

// ---- the processes ----

static void write_title(const struct process *process, FILE *out)
{
	const char *command = process->command[0] != '\0' ? process->command : "?";
	int64_t microseconds = 0;
	for (size_t i = 0; i < process->count; i++)
		microseconds += process->first[i].microseconds;
	page_write(out, "<summary title=\"$\"><b>$</b> <small>", command, command);
	fprintf(out, "%lld", (long long)process->pid);
	if (process->count > 0)
		fprintf(
			out, ", %zu lookup%s, %.2f ms", process->count, page_plural(process->count), (double)microseconds / 1000);
	fputs("</small></summary>\n", out);
}

// A browser does not lay out the sections outside its window. command: as in write_row.
static void write_rows(const struct chart *chart, const struct process *process, unsigned depth, const char *command)
{
	size_t written = 0;
	for (size_t i = 0; i < process->count; i++) {
		const size_t rest = process->count - i;
		if (!process->first[i].is_shown)
			continue;
		if (written++ % SECTION_ROWS == 0)
			fprintf(chart->out, "%s<section class=p style=--d:%u;--n:%zu>\n", written > 1 ? "</section>" : "", depth,
				rest < SECTION_ROWS ? rest : SECTION_ROWS);
		write_row(chart, &process->first[i], command);
	}
	fputs(written > 0 ? "</section>\n" : "", chart->out);
	if (written < process->count)
		fprintf(chart->out, "<p class=n>%zu more</p>\n", process->count - written);
}

// The first child, from that process on, that is to be shown; NULL: none.
static struct process *next_child(const struct chart *chart, const struct process *parent, struct process *from)
{
	struct process *const end = chart->processes->list + chart->processes->count;
	while (from < end && (from->parent != parent->pid || !from->is_shown))
		from++;
	return from < end ? from : NULL;
}

// A process with a single lookup is a single row. One whose number was used twice may seem to be its own ancestor.
static void write_process(const struct chart *chart, struct process *process, unsigned depth)
{
	struct process *child = next_child(chart, process, chart->processes->list);
	if (!process->is_shown)
		return;
	process->is_shown = false;
	if (process->count == 1 && child == NULL) {
		write_rows(chart, process, depth, process->command[0] != '\0' ? process->command : NULL);
		return;
	}
	fprintf(chart->out, "<details class=p open style=--d:%u>", depth);
	write_title(process, chart->out);
	write_rows(chart, process, depth + 1, NULL);
	for (; child != NULL; child = next_child(chart, process, child + 1))
		write_process(chart, child, depth + 1);
	fputs("</details>\n", chart->out);
}

static void write_head(const struct chart *chart, size_t count, size_t shown)
{
	FILE *out = chart->out;
	fputs("<div class=top><h2>Waterfall</h2><p class=legend><span><i style=--c:var(--server)></i>answered by a server"
		  "</span><span><i style=--c:var(--local)></i>cache, hosts, records</span><span><i style=--c:var(--fault)></i>"
		  "injected fault</span><span><i style=--c:var(--failed)></i>failed</span><span><i style=--c:var(--part)></i>"
		  "one exchange</span>",
		out);
	fputs(chart->timeline.is_stretched ? "<span>the axis is stretched where lookups are short</span>" : "", out);
	fputs("</p>\n</div>\n", out);
	if (!chart->is_detailed)
		fputs("<p class=faint>Lookups with a single exchange, which succeeded, do not unfold.</p>\n", out);
	if (shown < count)
		fprintf(out,
			"<p>Of %zu lookups, %zu are shown here: failed ones, then the longest ones. The sums are of all.</p>\n",
			count, shown);
	fputs("<div class=fall>", out);
	timeline_write(&chart->timeline, out);
}

bool waterfall_write(struct lookups *lookups, struct processes *processes, FILE *out)
{
	struct chart chart = {.processes = processes, .is_detailed = lookups->count <= DETAILED_MOST, .out = out};
	size_t shown;
	const bool done =
		timeline_make(lookups, &chart.timeline) && choose(lookups, &shown) && processes_add_lookups(processes, lookups);
	if (done)
		write_head(&chart, lookups->count, shown);
	for (int is_rest = 0; done && is_rest < 2; is_rest++)
		for (size_t i = 0; i < processes->count; i++)
			if (is_rest || processes_find(processes, processes->list[i].parent) == NULL)
				write_process(&chart, &processes->list[i], 0);
	fputs(done ? "</div>\n" : "", out);
	free(chart.timeline.knots);
	return done;
}
