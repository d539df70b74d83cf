// SPDX-License-Identifier: MIT
#include "shim/command/watch/waterfall.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/lookup_row.h"
#include "shim/command/watch/lookups.h"
#include "shim/command/watch/page.h"
#include "shim/command/watch/processes.h"

#define SHOWN_BYTES (640 * 1024)   // if all lookups are shown
#define CHOSEN_BYTES (240 * 1024)  // if some are
#define DETAILED_MOST 1000         // lookups
#define SECTION_ROWS 50

// A process with lookups that are shown, or an ancestor of one.
struct node {
	int64_t pid, parent;  // parent 0: it is not in the tree
	const struct process *process;
	const struct lookup *first;
	size_t count;  // of its lookups, which follow first
	bool is_written;
};

struct tree {
	const struct waterfall *waterfall;
	struct node *nodes;
	size_t count;
};

static int compare_interest(const void *one, const void *other)
{
	const struct lookup *left = *(const struct lookup *const *)one, *right = *(const struct lookup *const *)other;
	if (left->is_failed != right->is_failed)
		return left->is_failed ? -1 : 1;
	return (left->microseconds < right->microseconds) - (left->microseconds > right->microseconds);
}

bool waterfall_choose(struct waterfall *waterfall)
{
	const struct lookups *lookups = waterfall->lookups;
	const struct lookup **order = calloc(lookups->count + 1, sizeof(*order));
	size_t bytes = 0, most = SHOWN_BYTES;
	waterfall->is_shown = calloc(lookups->count + 1, 1);
	waterfall->is_detailed = lookups->count <= DETAILED_MOST;
	if (order == NULL || waterfall->is_shown == NULL) {
		free(order);
		return false;
	}
	for (size_t i = 0; i < lookups->count; i++) {
		order[i] = &lookups->list[i];
		bytes += lookup_row_size(order[i]);
	}
	if (bytes > SHOWN_BYTES) {
		qsort(order, lookups->count, sizeof(*order), compare_interest);
		most = CHOSEN_BYTES;
	}
	bytes = 0;
	for (size_t i = 0; i < lookups->count && (bytes += lookup_row_size(order[i])) <= most; i++) {
		waterfall->is_shown[order[i] - lookups->list] = true;
		waterfall->shown++;
	}
	free(order);
	return true;
}

static struct node *find_node(const struct tree *tree, int64_t pid)
{
	for (size_t i = 0; i < tree->count; i++)
		if (tree->nodes[i].pid == pid)
			return &tree->nodes[i];
	return NULL;
}

// Adds the process, and its ancestors as far as they are known. Of these, most are there already.
static bool add_node(struct tree *tree, const struct lookup *first, size_t count)
{
	const struct processes *processes = tree->waterfall->processes;
	struct node node = {.pid = first->pid, .first = first, .count = count};
	struct node *known = find_node(tree, node.pid);
	if (known != NULL) {
		known->first = first;
		known->count = count;
		return true;
	}
	for (; find_node(tree, node.pid) == NULL; node = (struct node){.pid = node.parent}) {
		node.process = processes_find(processes, node.pid);
		const struct process *parent = node.process != NULL ? processes_find(processes, node.process->parent) : NULL;
		node.parent = parent != NULL ? parent->pid : 0;
		if (!array_append(&tree->nodes, &tree->count, &node, sizeof(node)))
			return false;
		if (node.parent == 0)
			break;
	}
	return true;
}

// The processes with lookups that are shown.
static bool add_nodes(struct tree *tree)
{
	const struct lookups *lookups = tree->waterfall->lookups;
	for (size_t i = 0, count; i < lookups->count; i += count) {
		bool is_shown = false;
		for (count = 0; i + count < lookups->count && lookups->list[i + count].pid == lookups->list[i].pid; count++)
			is_shown |= tree->waterfall->is_shown[i + count];
		if (is_shown && !add_node(tree, &lookups->list[i], count))
			return false;
	}
	return true;
}

static bool has_children(const struct tree *tree, const struct node *node)
{
	for (size_t i = 0; i < tree->count; i++)
		if (tree->nodes[i].parent == node->pid)
			return true;
	return false;
}

// NULL: unknown.
static const char *command_of(const struct node *node)
{
	if (node->process != NULL && node->process->command[0] != '\0')
		return node->process->command;
	const struct lookup *lookup = node->first;
	const struct journal_event *event = lookup == NULL ? NULL : lookup->call != NULL ? lookup->call : lookup->events[0];
	return event != NULL ? event->program : NULL;
}

static void write_title(const struct node *node, FILE *out)
{
	const char *command = command_of(node) != NULL ? command_of(node) : "?";
	int64_t microseconds = 0;
	for (size_t i = 0; i < node->count; i++)
		microseconds += node->first[i].microseconds;
	fputs("<summary title=\"", out);
	page_put_attribute(out, command);
	fputs("\"><b>", out);
	page_put_text(out, command);
	fprintf(out, "</b> <small>%lld", (long long)node->pid);
	if (node->count > 0)
		fprintf(out, ", %zu lookup%s, %.2f ms", node->count, node->count == 1 ? "" : "s", (double)microseconds / 1000);
	fputs("</small></summary>\n", out);
}

// A browser does not lay out the sections outside its window. command: of a process without a title; else NULL.
static void write_rows(const struct tree *tree, const struct node *node, unsigned depth, const char *command, FILE *out)
{
	const struct waterfall *waterfall = tree->waterfall;
	const struct lookup_row row = {waterfall->timeline, waterfall->is_detailed, command};
	size_t written = 0;
	for (size_t i = 0; i < node->count; i++) {
		const struct lookup *lookup = &node->first[i];
		if (!waterfall->is_shown[lookup - waterfall->lookups->list])
			continue;
		const size_t rest = node->count - i;
		if (written++ % SECTION_ROWS == 0)
			fprintf(out, "%s<section class=p style=--d:%u;--n:%zu>\n", written > 1 ? "</section>" : "", depth,
				rest < SECTION_ROWS ? rest : SECTION_ROWS);
		lookup_row_write(lookup, &row, out);
	}
	fputs(written > 0 ? "</section>\n" : "", out);
	if (written < node->count)
		fprintf(out, "<p class=n>%zu more</p>\n", node->count - written);
}

// A process with a single lookup is a single row.
static void write_node(struct tree *tree, struct node *node, unsigned depth, FILE *out)
{
	const bool is_single = node->count == 1 && !has_children(tree, node);
	if (node->is_written)
		return;
	node->is_written = true;
	if (is_single) {
		write_rows(tree, node, depth, command_of(node), out);
		return;
	}
	fprintf(out, "<details class=p open style=--d:%u>", depth);
	write_title(node, out);
	write_rows(tree, node, depth + 1, NULL, out);
	for (size_t i = 0; i < tree->count; i++)
		if (tree->nodes[i].parent == node->pid)
			write_node(tree, &tree->nodes[i], depth + 1, out);
	fputs("</details>\n", out);
}

// A process whose number was used twice may seem to be its own ancestor, and is written last.
bool waterfall_write(const struct waterfall *waterfall, FILE *out)
{
	struct tree tree = {.waterfall = waterfall};
	const bool done = add_nodes(&tree);
	for (int last = 0; done && last < 2; last++)
		for (size_t i = 0; i < tree.count; i++)
			if (tree.nodes[i].parent == 0 || last)
				write_node(&tree, &tree.nodes[i], 0, out);
	free(tree.nodes);
	return done;
}
