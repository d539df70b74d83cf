// SPDX-License-Identifier: MIT
#include "shim/command/watch/waterfall.h"

#include <stdlib.h>

#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookup_row.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/processes.h"
#include "shim/command/watch/timeline.h"

#define SHOWN_BYTES (640 * 1024)   // if all lookups are shown
#define CHOSEN_BYTES (240 * 1024)  // if some are
#define DETAILED_MOST 1000         // lookups
#define SECTION_ROWS 50
#define LABEL_SHARE 0.08  // of the axis
#define LINE_SHARE 0.01

// A process, whose lookups follow first.
struct node {
	int64_t pid, parent;
	const char *command;  // NULL: unknown
	const struct lookup *first;
	size_t count;
	bool is_shown;  // it has lookups that are shown, or is an ancestor of one that has
	bool is_written;
};

struct chart {
	struct lookups *lookups;
	struct timeline timeline;
	bool is_detailed;    // as in lookup_row.h
	struct node *nodes;  // by pid
	size_t node_count;
	FILE *out;
};

static int compare_interest(const void *one, const void *other)
{
	const struct lookup *left = *(const struct lookup *const *)one, *right = *(const struct lookup *const *)other;
	if (left->is_failed != right->is_failed)
		return left->is_failed ? -1 : 1;
	return (left->microseconds < right->microseconds) - (left->microseconds > right->microseconds);
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
		bytes += lookup_row_size(order[i]);
	}
	if (bytes > most) {
		qsort(order, lookups->count, sizeof(*order), compare_interest);
		most = CHOSEN_BYTES;
	}
	bytes = 0;
	for (*shown = 0; *shown < lookups->count && (bytes += lookup_row_size(order[*shown])) <= most; ++*shown)
		order[*shown]->is_shown = true;
	free(order);
	return true;
}

static int compare_nodes(const void *one, const void *other)
{
	const struct node *left = one, *right = other;
	return (left->pid > right->pid) - (left->pid < right->pid);
}

static struct node *find_node(const struct chart *chart, int64_t pid)
{
	return bsearch(&(struct node){.pid = pid}, chart->nodes, chart->node_count, sizeof(*chart->nodes), compare_nodes);
}

// Gives the node its lookups: those from the first on, of at most `most`, that are of the same process.
static void set_lookups(struct node *node, const struct lookup *first, size_t most)
{
	const struct journal_event *event = first->call != NULL ? first->call : first->events[0];
	node->first = first;
	for (node->count = 0; node->count < most && first[node->count].pid == node->pid; node->count++)
		node->is_shown |= first[node->count].is_shown;
	if (node->command == NULL || node->command[0] == '\0')
		node->command = event->program;
}

static void show_ancestors(const struct chart *chart, struct node *node)
{
	while ((node = find_node(chart, node->parent)) != NULL && !node->is_shown)
		node->is_shown = true;
}

static bool add_nodes(struct chart *chart, const struct processes *processes)
{
	const struct lookups *lookups = chart->lookups;
	size_t count = 0;
	struct node *nodes = chart->nodes = calloc(processes->count + lookups->count + 1, sizeof(*nodes));
	if (nodes == NULL)
		return false;
	for (const struct process *process = processes->list; count < processes->count; process++)
		nodes[count++] = (struct node){.pid = process->pid, .parent = process->parent, .command = process->command};
	qsort(nodes, count, sizeof(*nodes), compare_nodes);
	chart->node_count = count;
	for (size_t i = 0; i < lookups->count;) {
		struct node *known = find_node(chart, lookups->list[i].pid), *node = known != NULL ? known : &nodes[count++];
		if (known == NULL)
			*node = (struct node){.pid = lookups->list[i].pid, .parent = -1};
		set_lookups(node, &lookups->list[i], lookups->count - i);
		i += node->count;
	}
	qsort(nodes, count, sizeof(*nodes), compare_nodes);
	chart->node_count = count;
	for (size_t i = 0; i < count; i++)
		if (nodes[i].is_shown)
			show_ancestors(chart, &nodes[i]);
	return true;
}

static void write_title(const struct chart *chart, const struct node *node)
{
	const char *command = node->command != NULL ? node->command : "?";
	int64_t microseconds = 0;
	for (size_t i = 0; i < node->count; i++)
		microseconds += node->first[i].microseconds;
	page_write(chart->out, "<summary title=\"$\"><b>$</b> <small>", command, command);
	fprintf(chart->out, "%lld", (long long)node->pid);
	if (node->count > 0)
		fprintf(
			chart->out, ", %zu lookup%s, %.2f ms", node->count, page_plural(node->count), (double)microseconds / 1000);
	fputs("</small></summary>\n", chart->out);
}

// A browser does not lay out the sections outside its window. command: of a process without a title; else NULL.
static void write_rows(const struct chart *chart, const struct node *node, unsigned depth, const char *command)
{
	const struct lookup_row row = {&chart->timeline, chart->is_detailed, command};
	size_t written = 0;
	for (size_t i = 0; i < node->count; i++) {
		const size_t rest = node->count - i;
		if (!node->first[i].is_shown)
			continue;
		if (written++ % SECTION_ROWS == 0)
			fprintf(chart->out, "%s<section class=p style=--d:%u;--n:%zu>\n", written > 1 ? "</section>" : "", depth,
				rest < SECTION_ROWS ? rest : SECTION_ROWS);
		lookup_row_write(&node->first[i], &row, chart->out);
	}
	fputs(written > 0 ? "</section>\n" : "", chart->out);
	if (written < node->count)
		fprintf(chart->out, "<p class=n>%zu more</p>\n", node->count - written);
}

// The next child, from that node on, that is to be shown.
static struct node *next_child(const struct chart *chart, const struct node *parent, struct node *from)
{
	while (from < chart->nodes + chart->node_count && (from->parent != parent->pid || !from->is_shown))
		from++;
	return from < chart->nodes + chart->node_count ? from : NULL;
}

// A process with a single lookup is a single row. One whose number was used twice may seem to be its own ancestor.
static void write_node(const struct chart *chart, struct node *node, unsigned depth)
{
	struct node *child = next_child(chart, node, chart->nodes);
	if (node->is_written || !node->is_shown)
		return;
	node->is_written = true;
	if (node->count == 1 && child == NULL) {
		write_rows(chart, node, depth, node->command);
		return;
	}
	fprintf(chart->out, "<details class=p open style=--d:%u>", depth);
	write_title(chart, node);
	write_rows(chart, node, depth + 1, NULL);
	for (; child != NULL; child = next_child(chart, node, child + 1))
		write_node(chart, child, depth + 1);
	fputs("</details>\n", chart->out);
}

// A tick has a line, and a label if there is room.
static void write_ticks(const struct chart *chart, bool has_labels)
{
	const struct timeline *timeline = &chart->timeline;
	const double step = timeline_step(timeline);
	double before = -1;
	for (unsigned i = 0; i <= TIMELINE_TICKS && i * step <= timeline_length(timeline); i++) {
		const double place = timeline_place(timeline, timeline->knots[0].time + i * step);
		if (place - before < (has_labels ? LABEL_SHARE : LINE_SHARE) || (has_labels && place > 1 - LABEL_SHARE / 2))
			continue;
		fprintf(chart->out, "<i style=--a:%d>", (int)(place * 10000));
		if (has_labels)
			page_write_duration(chart->out, i * step);
		fputs("</i>", chart->out);
		before = place;
	}
}

static void write_head(const struct chart *chart, size_t shown)
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
	if (shown < chart->lookups->count)
		fprintf(out,
			"<p>Of %zu lookups, %zu are shown here: failed ones, then the longest ones. The sums are of all.</p>\n",
			chart->lookups->count, shown);
	fputs("<div class=fall><div class=axis><p class=head><b>name</b><u>answered by</u><s>result</s><i>ms</i></p>", out);
	write_ticks(chart, true);
	fputs("</div>\n<div class=grid aria-hidden=true>", out);
	write_ticks(chart, false);
	fputs("</div>\n", out);
}

bool waterfall_write(struct lookups *lookups, const struct processes *processes, FILE *out)
{
	struct chart chart = {.lookups = lookups, .is_detailed = lookups->count <= DETAILED_MOST, .out = out};
	size_t shown;
	const bool done =
		timeline_make(lookups, &chart.timeline) && choose(lookups, &shown) && add_nodes(&chart, processes);
	if (done)
		write_head(&chart, shown);
	for (int is_rest = 0; done && is_rest < 2; is_rest++)
		for (size_t i = 0; i < chart.node_count; i++)
			if (is_rest || find_node(&chart, chart.nodes[i].parent) == NULL)
				write_node(&chart, &chart.nodes[i], 0);
	fputs(done ? "</div>\n" : "", out);
	free(chart.nodes);
	free(chart.timeline.knots);
	return done;
}
