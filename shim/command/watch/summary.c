// SPDX-License-Identifier: MIT
#include "shim/command/watch/summary.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"

// The row of one name and function.
struct row {
	const struct journal_event *first;
	char call[EVENT_CELL_SIZE], sources[EVENT_CELL_SIZE];
	size_t asked, failed;
	int64_t total, slowest;  // microseconds
};

enum column {
	COLUMN_NAME,
	COLUMN_CALL,
	COLUMN_ASKED,
	COLUMN_SOURCES,
	COLUMN_TOTAL,
	COLUMN_MEAN,
	COLUMN_SLOWEST,
	COLUMN_FAILED,
	COLUMN_COUNT,
};

static const char *const titles[COLUMN_COUNT] = {
	"name", "call", "asked", "answered by", "total ms", "mean ms", "slowest ms", "failed"};

static int compare_keys(const struct journal_event *one, const struct journal_event *other)
{
	char calls[2][EVENT_CELL_SIZE];
	const int order = strcasecmp(one->logged.name, other->logged.name);
	return order != 0 ? order : strcmp(event_call(one, calls[0]), event_call(other, calls[1]));
}

static int compare_events(const void *one, const void *other)
{
	const int order = compare_keys(event_at(one), event_at(other));
	return order != 0 ? order : event_order(one, other);
}

// The longest total first, as in strace -c; equal ones in the order of their first lookup.
static int compare_rows(const void *one, const void *other)
{
	const struct row *left = one, *right = other;
	if (left->total != right->total)
		return left->total < right->total ? 1 : -1;
	return event_order(&left->first, &right->first);
}

static int64_t duration_of(const struct journal_event *event)
{
	return event->logged.microseconds > 0 ? event->logged.microseconds : 0;
}

// Each source once, separated by commas; sources that do not fit are omitted.
static void add_source(struct row *row, const struct journal_event *event)
{
	char source[EVENT_CELL_SIZE];
	const size_t length = strlen(event_source(event, source));
	const char *found = row->sources;
	while ((found = strstr(found, source)) != NULL) {
		const bool begins = found == row->sources || found[-1] == ' ';
		if (begins && (found[length] == '\0' || found[length] == ','))
			return;
		found++;
	}
	char *end = row->sources + strlen(row->sources);
	if ((size_t)(end - row->sources) + length + sizeof(", ") <= sizeof(row->sources))
		strcpy(stpcpy(end, end > row->sources ? ", " : ""), source);
}

static void count_event(struct row *row, const struct journal_event *event)
{
	row->asked++;
	row->failed += event_is_failure(event);
	row->total += duration_of(event);
	if (event->logged.microseconds > row->slowest)
		row->slowest = event->logged.microseconds;
	add_source(row, event);
}

// From events in the order of compare_events. Allocated; NULL for lack of memory.
static struct row *make_rows(const struct journal_event **events, size_t count, size_t *row_count)
{
	struct row *rows = array_grown(NULL, 0, 1, sizeof(*rows));
	*row_count = 0;
	for (size_t i = 0; rows != NULL && i < count; i++) {
		if (i == 0 || compare_keys(events[i], events[i - 1]) != 0) {
			struct row row = {.first = events[i]};
			event_call(events[i], row.call);
			if (!array_append(&rows, row_count, &row, sizeof(row))) {
				free(rows);
				return NULL;
			}
		}
		count_event(&rows[*row_count - 1], events[i]);
	}
	if (rows != NULL)
		qsort(rows, *row_count, sizeof(*rows), compare_rows);
	return rows;
}

static bool is_number(enum column column)
{
	return column == COLUMN_ASKED || column > COLUMN_SOURCES;
}

// Writes the text of a cell to bytes (EVENT_CELL_SIZE).
static const char *write_cell(const struct row *row, enum column column, char *bytes)
{
	const char *const texts[COLUMN_COUNT] = {
		[COLUMN_NAME] = row->first->logged.name, [COLUMN_CALL] = row->call, [COLUMN_SOURCES] = row->sources};
	const size_t counts[COLUMN_COUNT] = {[COLUMN_ASKED] = row->asked, [COLUMN_FAILED] = row->failed};
	const double times[COLUMN_COUNT] = {[COLUMN_TOTAL] = (double)row->total / 1000,
		[COLUMN_MEAN] = (double)row->total / 1000 / (double)row->asked,
		[COLUMN_SLOWEST] = (double)row->slowest / 1000};
	struct strbuf line = {.bytes = bytes, .size = EVENT_CELL_SIZE};
	if (texts[column] != NULL) {
		strbuf_add_escaped(&line, texts[column], ESCAPE_TEXT, EVENT_CELL_SIZE - 1);
		strbuf_end(&line);
	} else if (column == COLUMN_ASKED || column == COLUMN_FAILED) {
		snprintf(bytes, EVENT_CELL_SIZE, "%zu", counts[column]);
	} else {
		snprintf(bytes, EVENT_CELL_SIZE, "%.1f", times[column]);
	}
	return bytes;
}

static void put_cell(FILE *out, enum column column, int width, const char *text)
{
	fprintf(out, "%*s%s", is_number(column) ? width : -width, text, column + 1 < COLUMN_COUNT ? "  " : "\n");
}

static void write_rows(const struct row *rows, size_t count, FILE *out)
{
	char bytes[EVENT_CELL_SIZE];
	int widths[COLUMN_COUNT];
	for (enum column column = 0; column < COLUMN_COUNT; column++) {
		widths[column] = (int)strlen(titles[column]);
		for (size_t i = 0; i < count; i++) {
			const int width = (int)strlen(write_cell(&rows[i], column, bytes));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	for (enum column column = 0; column < COLUMN_COUNT && count > 0; column++)
		put_cell(out, column, widths[column], titles[column]);
	for (size_t i = 0; i < count; i++)
		for (enum column column = 0; column < COLUMN_COUNT; column++)
			put_cell(out, column, widths[column], write_cell(&rows[i], column, bytes));
}

static int compare_processes(const void *one, const void *other)
{
	const int64_t left = event_at(one)->pid, right = event_at(other)->pid;
	return (left > right) - (left < right);
}

static void write_count(FILE *out, const char *before, size_t count, const char *what, const char *ending)
{
	fprintf(out, "%s%zu %s%s", before, count, what, count == 1 ? "" : ending);
}

// events are in the order of compare_events, and are sorted again.
static void write_totals(const struct journal *journal, const struct journal_event **events, size_t count, FILE *out)
{
	size_t failed = 0, names = 0, processes = 0, exchanges = 0;
	int64_t microseconds = 0;
	for (size_t i = 0; i < count; i++) {
		names += i == 0 || strcasecmp(events[i]->logged.name, events[i - 1]->logged.name) != 0;
		failed += event_is_failure(events[i]);
		microseconds += duration_of(events[i]);
	}
	qsort(events, count, sizeof(*events), compare_processes);
	for (size_t i = 0; i < count; i++)
		processes += i == 0 || events[i]->pid != events[i - 1]->pid;
	for (size_t i = 0; i < journal->count; i++)
		exchanges += journal->events[i].logged.kind == EVENT_EXCHANGE;
	write_count(out, "", count, "lookup", "s");
	write_count(out, " by ", processes, "process", "es");
	write_count(out, ", ", failed, "failed", "");
	write_count(out, ", ", names, "name", "s");
	fprintf(out, ", %.1f ms in all", (double)microseconds / 1000);
	write_count(out, "; ", exchanges, "question", "s");
	fputs(" to servers\n", out);
	if (journal->unreadable > 0)
		fprintf(out, "lines of the journal that could not be read: %zu\n", journal->unreadable);
	if (journal->lost > 0)
		fprintf(out, "lookups or questions that could not be recorded: %llu\n", (unsigned long long)journal->lost);
}

bool summary_write(const struct journal *journal, FILE *out)
{
	size_t count = 0, row_count = 0;
	const struct journal_event **events = event_select(journal, event_is_lookup, compare_events, &count);
	struct row *rows = events != NULL ? make_rows(events, count, &row_count) : NULL;
	const bool done = rows != NULL;
	if (done) {
		write_rows(rows, row_count, out);
		write_totals(journal, events, count, out);
	}
	free(rows);
	free(events);
	return done;
}
