// SPDX-License-Identifier: MIT
#include "shim/command/watch/report.h"

#include <string.h>
#include <time.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/report_style.h"
#include "shim/command/watch/summary.h"
#include "shim/command/watch/waterfall.h"

#define ROWS_OPEN 6    // of the table, below which the others are folded
#define ROWS_MOST 100  // of the table

// Writes the parts of text, which separators separate, each with a separator behind it except the last.
static void write_parts(FILE *out, const char *text, const char *separators, char separator)
{
	for (;;) {
		char part[2100];
		const size_t length = strcspn(text, separators);
		snprintf(part, sizeof(part), "%.*s", (int)length, text);
		page_write(out, "$", part);
		text += length;
		if (*text == '\0')
			return;
		fputc(separator, out);
		text++;
	}
}

static void write_title(const struct report *report, FILE *out)
{
	const struct lookups *lookups = report->lookups;
	const struct lookup_sum *all = &lookups->all;
	const time_t seconds = (time_t)(lookups->began / 1000);
	struct tm tm;
	char text[32];
	fputs("<h1>Name lookups of <code>", out);
	for (const char *const *word = report->program; word != NULL && *word != NULL; word++) {
		write_parts(out, *word, "\n\r\t", ' ');
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
}

static void write_row(const struct lookups *lookups, const struct lookup_sum *row, FILE *out)
{
	char bytes[SUMMARY_CELL_SIZE];
	const double all = lookups->all.total > 0 ? (double)lookups->all.total : 1;
	fprintf(out, "<tr%s style=--t:%.1f%%>", row->failed > 0 ? " class=f" : "", (double)row->total / all * 100);
	for (size_t column = 0; column < SUMMARY_COLUMNS; column++)
		page_write(out, "<td>$</td>", summary_cell(row, column, bytes));
	fputs("</tr>\n", out);
}

static void write_rows(const struct lookups *lookups, size_t from, size_t to, FILE *out)
{
	fputs("<table>\n", out);
	for (size_t column = 0; column < SUMMARY_COLUMNS && from == 0; column++)
		page_write(out, column == 0 ? "<thead><tr><th scope=col>$</th>" : "<th scope=col>$</th>",
			summary_columns[column].title);
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

static void write_unseen(const struct report *report, FILE *out)
{
	const struct lookups *lookups = report->lookups;
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
	fputs(report->is_supervised ? "" : report_unsupervised, out);
	fputs(report_end, out);
}

bool report_write(const struct report *report, FILE *out)
{
	fputs(report_head, out);
	write_title(report, out);
	write_table(report->lookups, out);
	if (!waterfall_write(report->lookups, report->processes, out))
		return false;
	if (report->settings != NULL) {
		fputs("<div class=top><h2>Settings</h2></div>\n<pre>", out);
		write_parts(out, report->settings, "\n", '\n');
		fputs("</pre>\n", out);
	}
	write_unseen(report, out);
	return true;
}
