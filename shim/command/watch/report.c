// SPDX-License-Identifier: MIT
#include "shim/command/watch/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/report_style.h"
#include "shim/command/watch/summary.h"
#include "shim/command/watch/timeline.h"
#include "shim/command/watch/waterfall.h"

#define ROWS_OPEN 6    // of the table, below which the others are folded
#define ROWS_MOST 100  // of the table

#define LABEL_SHARE 0.08  // of the axis
#define LINE_SHARE 0.01

// All that the page is made of.
struct content {
	const struct report *report;
	struct lookups lookups;
	struct lookup_sums sums;
	struct timeline timeline;
	struct waterfall waterfall;
	FILE *out;
};

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void write_duration(FILE *out, double milliseconds)
{
	const bool is_long = milliseconds >= 1000;
	const double number = is_long ? milliseconds / 1000 : milliseconds;
	fprintf(out, number < 1000 ? "%.3g %s" : "%.0f %s", number, is_long ? "s" : "ms");
}

static void write_began(const struct content *content)
{
	const time_t seconds = (time_t)(content->timeline.knots[0].time / 1000);
	struct tm tm;
	char text[32];
	if (seconds == 0 || gmtime_r(&seconds, &tm) == NULL)
		return;
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(content->out, " The run began on %s UTC.", text);
}

static void write_title(const struct content *content)
{
	const struct lookup_sums *sums = &content->sums;
	FILE *out = content->out;
	fputs("<h1>Name lookups of <code>", out);
	for (const char *const *word = content->report->program; word != NULL && *word != NULL; word++) {
		page_put_line(out, *word);
		fputs(word[1] != NULL ? " " : "", out);
	}
	fprintf(out, "</code></h1>\n<p class=sum><strong>%zu lookup%s</strong> of %zu name%s, ", sums->all.count,
		plural(sums->all.count), sums->names, plural(sums->names));
	fprintf(out, sums->all.failed > 0 ? "<span class=bad>%zu failed</span>" : "%zu failed", sums->all.failed);
	fprintf(out, "; %zu process%s waited ", sums->processes, sums->processes == 1 ? "" : "es");
	write_duration(out, (double)sums->all.total / 1000);
	fputs(" for DNS.", out);
	write_began(content);
	fputs("</p>\n", out);
}

static void write_table_row(const struct content *content, const struct lookup_sum *row)
{
	char bytes[SUMMARY_CELL_SIZE];
	const int64_t all = content->sums.all.total;
	fputs("<tr>", content->out);
	for (enum summary_column column = 0; column < SUMMARY_COLUMNS; column++) {
		fputs("<td", content->out);
		if (column == SUMMARY_FAILED && row->failed > 0)
			fputs(" class=bad", content->out);
		if (column == SUMMARY_TOTAL)
			fprintf(content->out, " style=--t:%.1f%%", all > 0 ? (double)row->total / (double)all * 100 : 0);
		fputc('>', content->out);
		page_put_text(content->out, summary_cell(row, column, bytes));
		fputs("</td>", content->out);
	}
	fputs("</tr>\n", content->out);
}

static void write_rows(const struct content *content, size_t from, size_t to)
{
	fputs("<table>\n", content->out);
	if (from == 0) {
		fputs("<thead><tr>", content->out);
		for (enum summary_column column = 0; column < SUMMARY_COLUMNS; column++)
			fprintf(content->out, "<th scope=col>%s</th>", summary_titles[column]);
		fputs("</tr></thead>\n", content->out);
	}
	fputs("<tbody>\n", content->out);
	for (size_t i = from; i < to; i++)
		write_table_row(content, &content->sums.rows[i]);
	fputs("</tbody></table>\n", content->out);
}

static void write_table(const struct content *content)
{
	const size_t count = content->sums.row_count;
	const size_t open = count <= ROWS_OPEN + 1 ? count : ROWS_OPEN, last = count < ROWS_MOST ? count : ROWS_MOST;
	int64_t rest = 0;
	if (count == 0)
		return;
	write_rows(content, 0, open);
	if (open == count)
		return;
	for (size_t i = open; i < count; i++)
		rest += content->sums.rows[i].total;
	fprintf(content->out, "<details class=more><summary>%zu more, ", count - open);
	write_duration(content->out, (double)rest / 1000);
	fputs("</summary>\n", content->out);
	write_rows(content, open, last);
	if (last < count)
		fprintf(content->out, "<p class=faint>and %zu shorter ones</p>\n", count - last);
	fputs("</details>\n", content->out);
}

static void write_legend(const struct content *content)
{
	static const struct {
		const char *colour, *text;
	} kinds[] = {{"server", "answered by a server"}, {"local", "cache, hosts, records"}, {"fault", "injected fault"},
		{"failed", "failed"}, {"part", "one exchange"}};
	FILE *out = content->out;
	fputs("<p class=legend>", out);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		fprintf(out, "<span><i style=--c:var(--%s)></i>%s</span>", kinds[i].colour, kinds[i].text);
	if (content->timeline.is_stretched)
		fputs("<span>the axis is stretched where lookups are short</span>", out);
	fputs("</p>\n", out);
}

// A tick has a line, and a label if there is room.
static void write_ticks(const struct content *content, bool has_labels)
{
	const struct timeline *timeline = &content->timeline;
	const double first = timeline->knots[0].time, last = timeline->knots[timeline->count - 1].time;
	double place, before = -1;
	for (unsigned i = 0; i <= TIMELINE_TICKS && first + timeline_tick(timeline, i) <= last; i++) {
		place = timeline_place(timeline, first + timeline_tick(timeline, i));
		if (place - before < (has_labels ? LABEL_SHARE : LINE_SHARE) || (has_labels && place > 1 - LABEL_SHARE / 2))
			continue;
		fprintf(content->out, "<i style=--a:%d>", (int)(place * 10000));
		if (has_labels)
			write_duration(content->out, timeline_tick(timeline, i));
		fputs("</i>", content->out);
		before = place;
	}
}

static void write_axis(const struct content *content)
{
	fputs("<div class=axis><p class=head><b>name</b><u>answered by</u><s>result</s><i>ms</i></p>", content->out);
	write_ticks(content, true);
	fputs("</div>\n<div class=grid aria-hidden=true>", content->out);
	write_ticks(content, false);
	fputs("</div>\n", content->out);
}

static bool write_waterfall(const struct content *content)
{
	FILE *out = content->out;
	fputs("<div class=top><h2>Waterfall</h2>", out);
	write_legend(content);
	fputs("</div>\n", out);
	if (!content->waterfall.is_detailed)
		fputs("<p class=faint>Lookups with a single exchange, which succeeded, do not unfold.</p>\n", out);
	if (content->waterfall.shown < content->lookups.count)
		fprintf(out,
			"<p>Of %zu lookups, %zu are shown here: failed ones, then the longest ones. The sums are of all.</p>\n",
			content->lookups.count, content->waterfall.shown);
	fputs("<div class=fall>", out);
	write_axis(content);
	const bool done = waterfall_write(&content->waterfall, out);
	fputs("</div>\n", out);
	return done;
}

static size_t count_events(const struct journal *journal, enum event_kind kind)
{
	size_t count = 0;
	for (size_t i = 0; i < journal->count; i++)
		count += journal->events[i].logged.kind == kind;
	return count;
}

static void write_unseen(const struct content *content)
{
	const struct journal *journal = content->report->journal;
	const struct {
		unsigned long long count;
		const char *text;
	} losses[] = {
		{journal->lost, "lookups or questions could not be recorded"},
		{journal->unreadable, "lines of the journal could not be read"},
		{count_events(journal, EVENT_CONFIG), "times a process could not read its settings"},
		{content->lookups.count - content->sums.all.count, "lookups did not end, because their process ended"},
	};
	FILE *out = content->out;
	fputs("<div class=top><h2>Not seen</h2></div>\n<ul>\n", out);
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		if (losses[i].count > 0)
			fprintf(out, "<li class=bad>%llu %s</li>\n", losses[i].count, losses[i].text);
	if (!content->report->is_supervised)
		fputs(
			"<li>if the program was not supervised (--reach): programs that are static, have raised privileges or are "
			"built for another libc, and resolvers that programs bring along (dig, c-ares, Go without cgo)</li>\n",
			out);
	fputs("<li>DNS over TLS and HTTPS, multicast DNS, raw sockets</li>\n", out);
	fputs("<li>addresses that were given instead of names</li>\n</ul>\n", out);
}

static void write_settings(const struct content *content)
{
	if (content->report->settings == NULL)
		return;
	fputs("<div class=top><h2>Settings</h2></div>\n<pre>", content->out);
	page_put_lines(content->out, content->report->settings);
	fputs("</pre>\n", content->out);
}

static bool make_content(const struct report *report, struct content *out)
{
	if (!lookups_make(report->journal, &out->lookups) || !lookups_sum(&out->lookups, &out->sums) ||
		!timeline_make(&out->lookups, (double)report->began, &out->timeline))
		return false;
	out->waterfall =
		(struct waterfall){.lookups = &out->lookups, .processes = report->processes, .timeline = &out->timeline};
	return waterfall_choose(&out->waterfall);
}

bool report_write(const struct report *report, FILE *out)
{
	struct content content = {.report = report, .out = out};
	bool done = make_content(report, &content);
	if (done) {
		fputs(report_head, out);
		write_title(&content);
		write_table(&content);
		done = write_waterfall(&content);
		write_settings(&content);
		write_unseen(&content);
		fputs("</body>\n</html>\n", out);
	}
	free(content.waterfall.is_shown);
	free(content.timeline.knots);
	free(content.sums.rows);
	lookups_clear(&content.lookups);
	return done;
}
