// SPDX-License-Identifier: MIT
#include "shim/command/watch/summary.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/json.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"

const char *const summary_titles[SUMMARY_COLUMNS] = {
	"name", "answered by", "lookups", "failed", "total ms", "median ms", "max ms"};

const char *summary_cell(const struct lookup_sum *row, enum summary_column column, char *bytes)
{
	char source[LOOKUP_SOURCE_SIZE];
	const size_t counts[SUMMARY_COLUMNS] = {[SUMMARY_COUNT] = row->count, [SUMMARY_FAILED] = row->failed};
	const int64_t times[SUMMARY_COLUMNS] = {
		[SUMMARY_TOTAL] = row->total, [SUMMARY_MEDIAN] = row->median, [SUMMARY_LONGEST] = row->longest};
	struct strbuf line = {.bytes = bytes, .size = SUMMARY_CELL_SIZE};
	if (column <= SUMMARY_SOURCE)
		strbuf_add_escaped(&line, column == SUMMARY_NAME ? row->first->name : lookup_source(row->first, source),
			ESCAPE_TEXT, SUMMARY_CELL_SIZE - 1);
	else if (column <= SUMMARY_FAILED)
		strbuf_add_number(&line, counts[column]);
	else
		strbuf_add_milliseconds(&line, times[column], 2);
	return strbuf_end(&line);
}

static void put_cell(FILE *out, enum summary_column column, int width, const char *text)
{
	fprintf(out, "%*s%s", column > SUMMARY_SOURCE ? width : -width, text, column + 1 < SUMMARY_COLUMNS ? "  " : "\n");
}

static void write_rows(const struct lookup_sums *sums, FILE *out)
{
	char bytes[SUMMARY_CELL_SIZE];
	int widths[SUMMARY_COLUMNS];
	for (enum summary_column column = 0; column < SUMMARY_COLUMNS; column++) {
		widths[column] = (int)strlen(summary_titles[column]);
		for (size_t i = 0; i < sums->row_count; i++) {
			const int width = (int)strlen(summary_cell(&sums->rows[i], column, bytes));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	for (enum summary_column column = 0; column < SUMMARY_COLUMNS && sums->row_count > 0; column++)
		put_cell(out, column, widths[column], summary_titles[column]);
	for (size_t i = 0; i < sums->row_count; i++)
		for (enum summary_column column = 0; column < SUMMARY_COLUMNS; column++)
			put_cell(out, column, widths[column], summary_cell(&sums->rows[i], column, bytes));
}

static size_t count_exchanges(const struct journal *journal)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++)
		count += journal->events[i].logged.kind == EVENT_EXCHANGE;
	return count;
}

// "3 lookups": many is the plural's ending.
static void write_count(FILE *out, const char *before, size_t count, const char *what, const char *many)
{
	fprintf(out, "%s%zu %s%s", before, count, what, count == 1 ? "" : many);
}

static void write_totals(const struct journal *journal, const struct lookup_sums *sums, FILE *out)
{
	write_count(out, "", sums->all.count, "lookup", "s");
	write_count(out, " by ", sums->processes, "process", "es");
	write_count(out, ", ", sums->all.failed, "failed", "");
	write_count(out, ", ", sums->names, "name", "s");
	fprintf(out, ", %.1f ms in all", (double)sums->all.total / 1000);
	write_count(out, "; ", count_exchanges(journal), "question", "s");
	fputs(" to servers\n", out);
	if (journal->unreadable > 0)
		fprintf(out, "lines of the journal that could not be read: %zu\n", journal->unreadable);
	if (journal->lost > 0)
		fprintf(out, "lookups or questions that could not be recorded: %llu\n", (unsigned long long)journal->lost);
}

static void write_row_json(const struct lookup_sum *row, struct json *json)
{
	const struct lookup *first = row->first;
	json_begin(json, NULL, '{');
	json_text(json, "name", first->name);
	json_text(json, "source", first->source);
	json_text(json, "server", first->server);
	json_number(json, "lookups", (int64_t)row->count);
	json_number(json, "failed", (int64_t)row->failed);
	json_milliseconds(json, "total_ms", row->total);
	json_milliseconds(json, "median_ms", row->median);
	json_milliseconds(json, "longest_ms", row->longest);
	json_end(json, '}');
}

static void write_json(const struct journal *journal, const struct lookup_sums *sums, FILE *out)
{
	struct json json = json_open(out);
	json_number(&json, "lookups", (int64_t)sums->all.count);
	json_number(&json, "processes", (int64_t)sums->processes);
	json_number(&json, "failed", (int64_t)sums->all.failed);
	json_number(&json, "names", (int64_t)sums->names);
	json_milliseconds(&json, "total_ms", sums->all.total);
	json_number(&json, "questions", (int64_t)count_exchanges(journal));
	json_number(&json, "unreadable", (int64_t)journal->unreadable);
	json_number(&json, "lost", (int64_t)journal->lost);
	json_begin(&json, "rows", '[');
	for (size_t i = 0; i < sums->row_count; i++)
		write_row_json(&sums->rows[i], &json);
	json_end(&json, ']');
	json_close(&json);
}

bool summary_write(const struct journal *journal, bool is_json, FILE *out)
{
	struct lookups lookups;
	struct lookup_sums sums = {.rows = NULL};
	const bool done = lookups_make(journal, &lookups) && lookups_sum(&lookups, &sums);
	if (done && is_json)
		write_json(journal, &sums, out);
	else if (done) {
		write_rows(&sums, out);
		write_totals(journal, &sums, out);
	}
	free(sums.rows);
	lookups_clear(&lookups);
	return done;
}
