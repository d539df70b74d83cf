// SPDX-License-Identifier: MIT
#include "shim/command/watch/summary.h"

#include <stdint.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/json.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"

const struct summary_column summary_columns[SUMMARY_COLUMNS] = {
	{.title = "name"},
	{.title = "answered by"},
	{"lookups", "lookups", offsetof(struct lookup_sum, count), false},
	{"failed", "failed", offsetof(struct lookup_sum, failed), false},
	{"total ms", "total_ms", offsetof(struct lookup_sum, total), true},
	{"median ms", "median_ms", offsetof(struct lookup_sum, median), true},
	{"max ms", "longest_ms", offsetof(struct lookup_sum, longest), true},
};

static int64_t number_of(const struct lookup_sum *row, const struct summary_column *column)
{
	return *(const int64_t *)((const char *)row + column->offset);
}

// "b.test"; "server 127.0.0.1:53", "cache", "-"; "3"; "20.25".
const char *summary_cell(const struct lookup_sum *row, size_t column, char *bytes)
{
	const struct summary_column *numbers = &summary_columns[column];
	const char *source = row->first->source, *server = row->first->server;
	struct strbuf text = {.bytes = bytes, .size = SUMMARY_CELL_SIZE};
	if (numbers->is_time) {
		strbuf_add_milliseconds(&text, number_of(row, numbers), 2);
	} else if (numbers->key != NULL) {
		strbuf_add_number(&text, (uint64_t)number_of(row, numbers));
	} else if (column == 0) {
		strbuf_add_escaped(&text, row->first->name, ESCAPE_TEXT, SUMMARY_CELL_SIZE - 1);
	} else {
		strbuf_add(&text, source != NULL ? source : server != NULL ? "server" : "-");
		strbuf_add(&text, server != NULL ? " " : "");
		strbuf_add_escaped(&text, server != NULL ? server : "", ESCAPE_TEXT, 256);
	}
	return strbuf_end(&text);
}

static void put_cell(FILE *out, size_t column, int width, const char *text)
{
	const bool is_text = summary_columns[column].key == NULL;
	fprintf(out, "%*s%s", is_text ? -width : width, text, column + 1 < SUMMARY_COLUMNS ? "  " : "\n");
}

static void write_rows(const struct lookups *lookups, FILE *out)
{
	char bytes[SUMMARY_CELL_SIZE];
	int widths[SUMMARY_COLUMNS];
	for (size_t column = 0; column < SUMMARY_COLUMNS; column++) {
		widths[column] = (int)strlen(summary_columns[column].title);
		for (size_t i = 0; i < lookups->sum_count; i++) {
			const int width = (int)strlen(summary_cell(&lookups->sums[i], column, bytes));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	for (size_t column = 0; column < SUMMARY_COLUMNS && lookups->sum_count > 0; column++)
		put_cell(out, column, widths[column], summary_columns[column].title);
	for (size_t i = 0; i < lookups->sum_count; i++)
		for (size_t column = 0; column < SUMMARY_COLUMNS; column++)
			put_cell(out, column, widths[column], summary_cell(&lookups->sums[i], column, bytes));
}

static void write_totals(const struct lookups *lookups, FILE *out)
{
	const struct journal *journal = lookups->journal;
	const struct lookup_sum *all = &lookups->all;
	const size_t questions = journal_count(journal, EVENT_EXCHANGE, NULL);
	fprintf(out, "%lld lookup%s by %zu process%s, %lld failed, %zu name%s, ", (long long)all->count,
		all->count == 1 ? "" : "s", lookups->processes, lookups->processes == 1 ? "" : "es", (long long)all->failed,
		lookups->names, lookups->names == 1 ? "" : "s");
	fprintf(out, "%.1f ms in all; %zu question%s to servers\n", (double)all->total / 1000, questions,
		questions == 1 ? "" : "s");
	if (journal->unreadable > 0)
		fprintf(out, "events that could not be read: %zu\n", journal->unreadable);
	if (journal->lost > 0)
		fprintf(out, "lookups or questions that could not be recorded: %llu\n", (unsigned long long)journal->lost);
}

static void write_row_json(const struct lookup_sum *row, struct json *json)
{
	json_begin(json, NULL, '{');
	json_text(json, "name", row->first->name);
	json_text(json, "source", row->first->source);
	json_text(json, "server", row->first->server);
	for (const struct summary_column *column = summary_columns; column < summary_columns + SUMMARY_COLUMNS; column++)
		if (column->key != NULL)
			(column->is_time ? json_milliseconds : json_number)(json, column->key, number_of(row, column));
	json_end(json, '}');
}

static void write_json(const struct lookups *lookups, FILE *out)
{
	struct json json = json_open(out);
	json_number(&json, "lookups", lookups->all.count);
	json_number(&json, "processes", (int64_t)lookups->processes);
	json_number(&json, "failed", lookups->all.failed);
	json_number(&json, "names", (int64_t)lookups->names);
	json_milliseconds(&json, "total_ms", lookups->all.total);
	json_number(&json, "questions", (int64_t)journal_count(lookups->journal, EVENT_EXCHANGE, NULL));
	json_number(&json, "unreadable", (int64_t)lookups->journal->unreadable);
	json_number(&json, "lost", (int64_t)lookups->journal->lost);
	json_begin(&json, "rows", '[');
	for (size_t i = 0; i < lookups->sum_count; i++)
		write_row_json(&lookups->sums[i], &json);
	json_end(&json, ']');
	json_close(&json);
}

void summary_write(const struct lookups *lookups, bool is_json, FILE *out)
{
	if (is_json) {
		write_json(lookups, out);
		return;
	}
	write_rows(lookups, out);
	write_totals(lookups, out);
}
