// SPDX-License-Identifier: MIT
#include "shim/command/watch/summary.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/watch/journal.h"

#define CELL_SIZE 400
#define TYPE_ARGUMENT "type="

bool event_is_lookup(const struct journal_event *event)
{
	const bool is_call = event->logged.kind == EVENT_CALL && event->logged.call != NULL;
	const bool is_literal = event->logged.source == SOURCE_LITERAL;
	return is_call && event->logged.name != NULL && event->logged.name[0] != '\0' && !is_literal;
}

bool event_is_failure(const struct journal_event *event)
{
	static const char *const successes[] = {"0", "NOERROR"};
	if (event->logged.result.text == NULL)
		return false;
	for (size_t i = 0; i < sizeof(successes) / sizeof(successes[0]); i++)
		if (strcmp(event->logged.result.text, successes[i]) == 0)
			return false;
	return true;
}

const char *event_source(const struct journal_event *event, char *bytes, size_t size)
{
	const char *source = event->source != NULL ? event->source : "-";
	const bool has_server = event->logged.server != NULL;
	snprintf(bytes, size, "%s%s%s", source, has_server ? " " : "", has_server ? event->logged.server : "");
	return bytes;
}

const char *event_call(const struct journal_event *event, char *bytes, size_t size)
{
	const char *arguments = event->logged.arguments;
	const char *type = event->logged.type;
	if (type == NULL && arguments != NULL && strncmp(arguments, TYPE_ARGUMENT, strlen(TYPE_ARGUMENT)) == 0)
		type = arguments + strlen(TYPE_ARGUMENT);
	snprintf(bytes, size, "%s%s%.*s", event->logged.call, type != NULL ? " " : "",
		type != NULL ? (int)strcspn(type, " ") : 0, type != NULL ? type : "");
	return bytes;
}

// The row of one name and function.
struct row {
	const struct journal_event *first;
	size_t location;  // index of the first event
	char call[CELL_SIZE], sources[CELL_SIZE];
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
	"name",
	"call",
	"asked",
	"answered by",
	"total ms",
	"mean ms",
	"slowest ms",
	"failed",
};

static const struct journal_event *event_at(const void *item)
{
	return *(const struct journal_event *const *)item;
}

static int compare_keys(const struct journal_event *one, const struct journal_event *other)
{
	char calls[2][CELL_SIZE];
	const int order = strcasecmp(one->logged.name, other->logged.name);
	return order != 0 ? order : strcmp(event_call(one, calls[0], CELL_SIZE), event_call(other, calls[1], CELL_SIZE));
}

static int compare_events(const void *one, const void *other)
{
	const int order = compare_keys(event_at(one), event_at(other));
	return order != 0 ? order : (event_at(one) > event_at(other)) - (event_at(one) < event_at(other));
}

// The longest total first, as in strace -c; equal ones in the order of their first lookup.
static int compare_rows(const void *one, const void *other)
{
	const struct row *left = one, *right = other;
	if (left->total != right->total)
		return left->total < right->total ? 1 : -1;
	return (left->location > right->location) - (left->location < right->location);
}

// Each source once, separated by commas; sources that do not fit are omitted.
static void add_source(struct row *row, const struct journal_event *event)
{
	char source[CELL_SIZE];
	const size_t length = strlen(event_source(event, source, sizeof(source)));
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
	row->total += event->logged.microseconds > 0 ? event->logged.microseconds : 0;
	if (event->logged.microseconds > row->slowest)
		row->slowest = event->logged.microseconds;
	add_source(row, event);
}

static size_t sorted_lookups(const struct journal *journal, const struct journal_event **out)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++)
		if (event_is_lookup(&journal->events[i]))
			out[count++] = &journal->events[i];
	qsort(out, count, sizeof(*out), compare_events);
	return count;
}

static size_t make_rows(
	const struct journal *journal, const struct journal_event **events, size_t count, struct row *rows)
{
	size_t row_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || compare_keys(events[i], events[i - 1]) != 0) {
			struct row *row = &rows[row_count++];
			row->first = events[i];
			row->location = (size_t)(events[i] - journal->events);
			event_call(events[i], row->call, sizeof(row->call));
		}
		count_event(&rows[row_count - 1], events[i]);
	}
	qsort(rows, row_count, sizeof(*rows), compare_rows);
	return row_count;
}

// Writes the cells of a row; the titles if row is NULL.
static void write_cells(const struct row *row, char cells[COLUMN_COUNT][CELL_SIZE])
{
	const char *words[] = {
		[COLUMN_NAME] = row->first->logged.name, [COLUMN_CALL] = row->call, [COLUMN_SOURCES] = row->sources};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct strbuf line = {.bytes = cells[i], .size = CELL_SIZE};
		strbuf_add_escaped(&line, words[i] != NULL ? words[i] : "", ESCAPE_TEXT, CELL_SIZE - 1);
		strbuf_end(&line);
	}
	snprintf(cells[COLUMN_ASKED], CELL_SIZE, "%zu", row->asked);
	snprintf(cells[COLUMN_TOTAL], CELL_SIZE, "%.1f", (double)row->total / 1000);
	snprintf(cells[COLUMN_MEAN], CELL_SIZE, "%.1f", (double)row->total / 1000 / (double)row->asked);
	snprintf(cells[COLUMN_SLOWEST], CELL_SIZE, "%.1f", (double)row->slowest / 1000);
	snprintf(cells[COLUMN_FAILED], CELL_SIZE, "%zu", row->failed);
}

static bool is_number(int column)
{
	return column == COLUMN_ASKED || column > COLUMN_SOURCES;
}

static void write_row(const struct row *row, const int widths[COLUMN_COUNT], FILE *out)
{
	char cells[COLUMN_COUNT][CELL_SIZE];
	if (row != NULL)
		write_cells(row, cells);
	for (int i = 0; i < COLUMN_COUNT; i++)
		fprintf(
			out, "%s%*s", i > 0 ? "  " : "", is_number(i) ? widths[i] : -widths[i], row != NULL ? cells[i] : titles[i]);
	fputc('\n', out);
}

static void widen(const struct row *rows, size_t count, int widths[COLUMN_COUNT])
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		widths[i] = (int)strlen(titles[i]);
	for (size_t row = 0; row < count; row++) {
		char cells[COLUMN_COUNT][CELL_SIZE];
		write_cells(&rows[row], cells);
		for (int i = 0; i < COLUMN_COUNT; i++)
			if ((int)strlen(cells[i]) > widths[i])
				widths[i] = (int)strlen(cells[i]);
	}
}

static int compare_numbers(const void *one, const void *other)
{
	const uint64_t numbers[] = {*(const uint64_t *)one, *(const uint64_t *)other};
	return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1]);
}

static size_t count_processes(const struct journal_event **events, size_t count, uint64_t *pids)
{
	size_t processes = 0;
	for (size_t i = 0; i < count; i++)
		pids[i] = events[i]->pid;
	qsort(pids, count, sizeof(*pids), compare_numbers);
	for (size_t i = 0; i < count; i++)
		processes += i == 0 || pids[i] != pids[i - 1];
	return processes;
}

static void write_count(FILE *out, const char *before, size_t count, const char *what, const char *ending)
{
	fprintf(out, "%s%zu %s%s", before, count, what, count == 1 ? "" : ending);
}

static void write_totals(
	const struct journal *journal, const struct journal_event **events, size_t count, size_t processes, FILE *out)
{
	size_t failed = 0, names = 0, exchanges = 0;
	int64_t microseconds = 0;
	for (size_t i = 0; i < count; i++) {
		names += i == 0 || strcasecmp(events[i]->logged.name, events[i - 1]->logged.name) != 0;
		failed += event_is_failure(events[i]);
		microseconds += events[i]->logged.microseconds > 0 ? events[i]->logged.microseconds : 0;
	}
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
	const struct journal_event **events = calloc(journal->count + 1, sizeof(*events));
	struct row *rows = NULL;
	uint64_t *pids = calloc(journal->count + 1, sizeof(*pids));
	const bool done = events != NULL && pids != NULL;
	int widths[COLUMN_COUNT];

	const size_t count = done ? sorted_lookups(journal, events) : 0;
	size_t different = 0;
	for (size_t i = 0; i < count; i++)
		different += i == 0 || compare_keys(events[i], events[i - 1]) != 0;
	rows = calloc(different + 1, sizeof(*rows));
	if (done && rows != NULL) {
		make_rows(journal, events, count, rows);
		widen(rows, different, widths);
		if (different > 0)
			write_row(NULL, widths, out);
		for (size_t i = 0; i < different; i++)
			write_row(&rows[i], widths, out);
		write_totals(journal, events, count, count_processes(events, count, pids), out);
	}
	const bool has_rows = rows != NULL;
	free(rows);
	free(pids);
	free(events);
	return done && has_rows;
}
