// SPDX-License-Identifier: MIT
#include "shim/command/watch/report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config/base/array.h"
#include "config/base/strbuf.h"
#include "shim/command/command_line.h"
#include "shim/command/json.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/report_style.h"
#include "shim/command/watch/waterfall.h"

#define ROWS_OPEN 6    // of the table, below which the others are folded
#define ROWS_MOST 100  // of the table
#define CELL_SIZE 400

// ---- the summary ----

// Of the table.
static const struct column {
	const char *title;
	const char *key;  // of a number, in JSON; NULL: text
	size_t offset;    // of the number, in struct lookup_sum
	bool is_time;
} columns[] = {
	{.title = "name"},
	{.title = "answered by"},
	{"lookups", "lookups", offsetof(struct lookup_sum, count), false},
	{"failed", "failed", offsetof(struct lookup_sum, failed), false},
	{"total ms", "total_ms", offsetof(struct lookup_sum, total), true},
	{"median ms", "median_ms", offsetof(struct lookup_sum, median), true},
	{"max ms", "longest_ms", offsetof(struct lookup_sum, longest), true},
};

static int64_t number_of(const struct lookup_sum *row, const struct column *column)
{
	return *(const int64_t *)((const char *)row + column->offset);
}

// Writes the text of a cell to bytes (CELL_SIZE), with control characters escaped, and returns bytes:
// "b.test"; "server 127.0.0.1:53", "cache", "-"; "3"; "20.25".
static const char *write_cell(const struct lookup_sum *row, size_t column, char *bytes)
{
	const struct column *numbers = &columns[column];
	const char *source = row->first->source, *server = row->first->server;
	struct strbuf text = {.bytes = bytes, .size = CELL_SIZE};
	if (numbers->is_time) {
		strbuf_add_milliseconds(&text, number_of(row, numbers), 2);
	} else if (numbers->key != NULL) {
		strbuf_add_number(&text, (uint64_t)number_of(row, numbers));
	} else if (column == 0) {
		strbuf_add_escaped(&text, row->first->name, ESCAPE_TEXT, CELL_SIZE - 1);
	} else {
		strbuf_add(&text, source != NULL ? source : server != NULL ? "server" : "-");
		strbuf_add(&text, server != NULL ? " " : "");
		strbuf_add_escaped(&text, server != NULL ? server : "", ESCAPE_TEXT, 256);
	}
	return strbuf_end(&text);
}

static void put_cell(FILE *out, size_t column, int width, const char *text)
{
	const bool is_text = columns[column].key == NULL;
	fprintf(out, "%*s%s", is_text ? -width : width, text, column + 1 < ARRAY_LENGTH(columns) ? "  " : "\n");
}

static void write_text_rows(const struct lookups *lookups, FILE *out)
{
	char bytes[CELL_SIZE];
	int widths[ARRAY_LENGTH(columns)];
	for (size_t column = 0; column < ARRAY_LENGTH(columns); column++) {
		widths[column] = (int)strlen(columns[column].title);
		for (size_t i = 0; i < lookups->sum_count; i++) {
			const int width = (int)strlen(write_cell(&lookups->sums[i], column, bytes));
			widths[column] = width > widths[column] ? width : widths[column];
		}
	}
	for (size_t column = 0; column < ARRAY_LENGTH(columns) && lookups->sum_count > 0; column++)
		put_cell(out, column, widths[column], columns[column].title);
	for (size_t i = 0; i < lookups->sum_count; i++)
		for (size_t column = 0; column < ARRAY_LENGTH(columns); column++)
			put_cell(out, column, widths[column], write_cell(&lookups->sums[i], column, bytes));
}

static void write_totals(const struct lookups *lookups, FILE *out)
{
	const struct journal *journal = lookups->journal;
	const struct lookup_sum *all = &lookups->all;
	const size_t questions = journal_count(journal, EVENT_EXCHANGE, NULL);
	fprintf(out, "%lld lookup%s by %zu process%s, %lld failed, %zu name%s, ", (long long)all->count,
		page_plural((size_t)all->count), lookups->processes, lookups->processes == 1 ? "" : "es",
		(long long)all->failed, lookups->names, page_plural(lookups->names));
	fprintf(out, "%.1f ms in all; %zu question%s to servers\n", (double)all->total / 1000, questions,
		page_plural(questions));
	if (journal->unreadable > 0)
		fprintf(out, "events that could not be read: %zu\n", journal->unreadable);
	if (journal->lost > 0)
		fprintf(out, "lookups or questions that could not be recorded: %llu\n", (unsigned long long)journal->lost);
}

static void write_json_row(const struct lookup_sum *row, struct json *json)
{
	json_begin(json, NULL, '{');
	json_text(json, "name", row->first->name);
	json_text(json, "source", row->first->source);
	json_text(json, "server", row->first->server);
	for (const struct column *column = columns; column < columns + ARRAY_LENGTH(columns); column++)
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
		write_json_row(&lookups->sums[i], &json);
	json_end(&json, ']');
	json_close(&json);
}

void report_write_summary(const struct lookups *lookups, bool is_json, FILE *out)
{
	if (is_json) {
		write_json(lookups, out);
		return;
	}
	write_text_rows(lookups, out);
	write_totals(lookups, out);
}

// ---- the page ----

// Writes the parts of text, which separators separate, each with a separator behind it except the last. False for lack
// of memory.
static bool write_parts(FILE *out, const char *text, const char *separators, char separator)
{
	char *const copy = strdup(text), *rest = copy;
	const bool is_whole = copy != NULL;
	for (char *part; (part = strsep(&rest, separators)) != NULL;) {
		page_write(out, "$", part);
		if (rest != NULL)
			fputc(separator, out);
	}
	free(copy);
	return is_whole;
}

// False for lack of memory.
static bool write_title(const struct command_line *line, const struct lookups *lookups, FILE *out)
{
	const struct lookup_sum *all = &lookups->all;
	const time_t seconds = (time_t)(lookups->began / 1000);
	struct tm tm;
	char text[32];
	bool is_whole = true;
	fputs("<h1>Name lookups of <code>", out);
	for (char *const *word = line->program; word != NULL && *word != NULL; word++) {
		is_whole &= write_parts(out, *word, "\n\r\t", ' ');
		fputs(word[1] != NULL ? " " : "", out);
	}
	fprintf(out, "</code></h1>\n<p class=sum><strong>%lld lookup%s</strong> of %zu name%s, ", (long long)all->count,
		page_plural((size_t)all->count), lookups->names, page_plural(lookups->names));
	fprintf(out, all->failed > 0 ? "<span class=bad>%lld failed</span>" : "%lld failed", (long long)all->failed);
	fprintf(out, "; %zu process%s waited ", lookups->processes, lookups->processes == 1 ? "" : "es");
	page_write_duration(out, (double)all->total / 1000);
	fputs(" for DNS.", out);
	if (seconds > 0 && gmtime_r(&seconds, &tm) != NULL && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) > 0)
		fprintf(out, " The run began on %s UTC.", text);
	fputs("</p>\n", out);
	return is_whole;
}

static void write_row(const struct lookups *lookups, const struct lookup_sum *row, FILE *out)
{
	char bytes[CELL_SIZE];
	const double all = lookups->all.total > 0 ? (double)lookups->all.total : 1;
	fprintf(out, "<tr%s style=--t:%.1f%%>", row->failed > 0 ? " class=f" : "", (double)row->total / all * 100);
	for (size_t column = 0; column < ARRAY_LENGTH(columns); column++)
		page_write(out, "<td>$</td>", write_cell(row, column, bytes));
	fputs("</tr>\n", out);
}

static void write_rows(const struct lookups *lookups, size_t from, size_t to, FILE *out)
{
	fputs("<table>\n", out);
	for (size_t column = 0; column < ARRAY_LENGTH(columns) && from == 0; column++)
		page_write(
			out, column == 0 ? "<thead><tr><th scope=col>$</th>" : "<th scope=col>$</th>", columns[column].title);
	fputs(from == 0 ? "</tr></thead>\n<tbody>\n" : "<tbody>\n", out);
	for (size_t i = from; i < to; i++)
		write_row(lookups, &lookups->sums[i], out);
	fputs("</tbody></table>\n", out);
}

static void write_table(const struct lookups *lookups, FILE *out)
{
	const size_t count = lookups->sum_count;
	const size_t open = count <= ROWS_OPEN + 1 ? count : ROWS_OPEN, last = count < ROWS_MOST ? count : ROWS_MOST;
	int64_t rest = 0;
	if (count > 0)
		write_rows(lookups, 0, open, out);
	if (open == count)
		return;
	for (size_t i = open; i < count; i++)
		rest += lookups->sums[i].total;
	fprintf(out, "<details class=more><summary>%zu more, ", count - open);
	page_write_duration(out, (double)rest / 1000);
	fputs("</summary>\n", out);
	write_rows(lookups, open, last, out);
	if (last < count)
		fprintf(out, "<p class=faint>and %zu shorter ones</p>\n", count - last);
	fputs("</details>\n", out);
}

static void write_unseen(const struct command_line *line, const struct lookups *lookups, FILE *out)
{
	const struct journal *journal = lookups->journal;
	const struct {
		unsigned long long count;
		const char *text;
	} losses[] = {
		{journal->lost, "lookups or questions could not be recorded"},
		{journal->unreadable, "events could not be read"},
		{journal_count(journal, EVENT_CONFIG, LOG_MISSING), "times a process could not read its settings"},
		{lookups->count - (size_t)lookups->all.count, "lookups did not end, because their process ended"},
	};
	fputs("<div class=top><h2>Not seen</h2></div>\n<ul>\n", out);
	for (size_t i = 0; i < ARRAY_LENGTH(losses); i++)
		if (losses[i].count > 0)
			fprintf(out, "<li class=bad>%llu %s</li>\n", losses[i].count, losses[i].text);
	fputs(line->reach == REACH_ASKED ? "" : report_unsupervised, out);
	fputs(report_end, out);
}

bool report_write(const struct command_line *line, struct lookups *lookups, struct processes *processes,
	const char *settings, FILE *out)
{
	fputs(report_head, out);
	bool is_whole = write_title(line, lookups, out);
	write_table(lookups, out);
	if (!waterfall_write(lookups, processes, out))
		return false;
	if (settings != NULL) {
		fputs("<div class=top><h2>Settings</h2></div>\n<pre>", out);
		is_whole &= write_parts(out, settings, "\n", '\n');
		fputs("</pre>\n", out);
	}
	write_unseen(line, lookups, out);
	return is_whole;
}
