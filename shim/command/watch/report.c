// SPDX-License-Identifier: MIT
#include "shim/command/watch/report.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/strbuf.h"
#include "shim/command/watch/event.h"
#include "shim/command/watch/journal.h"

#define TEXT_SIZE 2100
#define BAR_LEAST 0.3  // percent of the width, so that the shortest is visible

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	"<title>Name lookups</title>\n<style>\n"
	":root { color-scheme: light dark; --call: #1f6feb; --exchange: #57a773; --fault: #b8860b; --failed: #d1242f;"
	" --line: #8886; }\n"
	"body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; }\n"
	"h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }\n"
	"code, td, .label { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }\n"
	"ol { list-style: none; padding: 0; }\n"
	"li { display: grid; grid-template-columns: minmax(12rem, 2fr) 5fr; gap: 0 1rem; align-items: center;"
	" border-top: 1px solid var(--line); }\n"
	"li.part { border-top: 0; } li.part .label { padding-left: 1.5rem; opacity: .8; }\n"
	".track { position: relative; height: 1.1em; }\n"
	".track span { position: absolute; top: .15em; bottom: .15em; border-radius: 2px; background: var(--call); }\n"
	".part .track span { top: .35em; bottom: .35em; }\n"
	".exchange .track span { background: var(--exchange); } .fault .track span { background: var(--fault); }\n"
	".failed .track span { background: var(--failed); } .failed .result { color: var(--failed); }\n"
	"table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .1rem .5rem;"
	" border-top: 1px solid var(--line); vertical-align: top; } .number { text-align: right; }\n"
	"</style>\n</head>\n<body>\n";

// The time that the page shows, milliseconds since 1970.
struct span {
	double start, end;
};

// Writes control characters and invalid UTF-8 as \xHH; bdi isolates names that change the direction of text.
static void write_text(FILE *out, const char *text)
{
	static const char special[] = "&<>\"'";
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
	char bytes[TEXT_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};
	strbuf_add_escaped(&line, text, ESCAPE_TEXT, sizeof(bytes) - 1);
	fputs("<bdi>", out);
	for (const char *at = strbuf_end(&line); *at != '\0'; at++) {
		const char *found = strchr(special, *at);
		if (found != NULL)
			fputs(entities[found - special], out);
		else
			fputc(*at, out);
	}
	fputs("</bdi>", out);
}

static bool is_call(const struct journal_event *event)
{
	return event->logged.kind == EVENT_CALL;
}

static bool is_fault(const struct journal_event *event)
{
	return event->logged.kind == EVENT_FAULT;
}

static double duration(const struct journal_event *event)
{
	return event->logged.microseconds > 0 ? (double)event->logged.microseconds / 1000 : 0;
}

static double start_of(const struct journal_event *event)
{
	return (double)event->time - duration(event);
}

static struct span span_of(const struct journal *journal)
{
	struct span span = {.start = 0};
	for (size_t i = 0; i < journal->count; i++) {
		const struct journal_event *event = &journal->events[i];
		if (i == 0 || start_of(event) < span.start)
			span.start = start_of(event);
		if (i == 0 || (double)event->time > span.end)
			span.end = (double)event->time;
	}
	return span;
}

// "getaddrinfo", "exchange 2", "fault"
static const char *what_of(const struct journal_event *event, char *bytes)
{
	if (is_call(event) && event->logged.call != NULL)
		return event_call(event, bytes);
	if (event->logged.try > 0)
		snprintf(bytes, EVENT_CELL_SIZE, "%s, try %u", event->kind, event->logged.try);
	else
		snprintf(bytes, EVENT_CELL_SIZE, "%s", event->kind);
	return bytes;
}

// The source of the answer, the server asked, or the action of a fault.
static const char *by_of(const struct journal_event *event, char *bytes)
{
	char source[EVENT_CELL_SIZE] = "";
	if (is_call(event) || event->source != NULL)
		event_source(event, source);
	else if (event->logged.server != NULL)
		snprintf(source, sizeof(source), "%s", event->logged.server);
	const char *action = is_fault(event) ? event->logged.arguments : NULL;
	const char *const words[] = {
		event->logged.transport, event->logged.rule != NULL ? "for" : NULL, event->logged.rule, action};
	struct strbuf line = {.bytes = bytes, .size = EVENT_CELL_SIZE};
	strbuf_add(&line, source);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i] == NULL)
			continue;
		strbuf_add(&line, line.used > 0 ? " " : "");
		strbuf_add(&line, words[i]);
	}
	return strbuf_end(&line);
}

static bool is_failed(const struct journal_event *event)
{
	return !is_fault(event) && event_is_failure(event);
}

static void write_name(const struct journal_event *event, FILE *out)
{
	if (event->logged.name != NULL && event->logged.name[0] != '\0')
		write_text(out, event->logged.name);
	if (event->logged.type != NULL) {
		fputc(' ', out);
		write_text(out, event->logged.type);
	}
}

// The event and its time, as text and as a bar.
static void write_bar(const struct journal_event *event, const struct span *span, FILE *out)
{
	char bytes[EVENT_CELL_SIZE];
	const double whole = span->end > span->start ? span->end - span->start : 1;
	double width = duration(event) / whole * 100, left = (start_of(event) - span->start) / whole * 100;
	if (width < BAR_LEAST)
		width = BAR_LEAST;
	if (left > 100 - width)
		left = 100 - width;
	const char *kind = is_fault(event) ? "fault" : is_call(event) ? "call" : "exchange";
	fprintf(out, "<li class=\"%s%s%s\"><span class=\"label\">", kind, is_call(event) ? "" : " part",
		is_failed(event) ? " failed" : "");
	write_text(out, what_of(event, bytes));
	fputc(' ', out);
	write_name(event, out);
	fputs(" <small>", out);
	write_text(out, by_of(event, bytes));
	fprintf(out,
		" %.2f ms</small></span><span class=\"track\" aria-hidden=\"true\">"
		"<span style=\"left:%.2f%%;width:%.2f%%\"></span></span></li>\n",
		duration(event), left, width);
}

// By process, then by thread, then in the order of the journal: the exchanges of a call precede it.
static int compare_events(const void *one, const void *other)
{
	const struct journal_event *left = event_at(one), *right = event_at(other);
	if (left->pid != right->pid)
		return left->pid < right->pid ? -1 : 1;
	if (left->thread != right->thread)
		return left->thread < right->thread ? -1 : 1;
	return event_order(one, other);
}

static bool is_same_thread(const struct journal_event *one, const struct journal_event *other)
{
	return one->pid == other->pid && one->thread == other->thread;
}

// Writes a call, then its exchanges and faults; returns the number of events.
static size_t write_lookup(const struct journal_event **events, size_t count, const struct span *span, FILE *out)
{
	size_t parts = 0;
	while (parts < count && !is_call(events[parts]) && is_same_thread(events[parts], events[0]))
		parts++;
	const bool has_call = parts < count && is_same_thread(events[parts], events[0]);
	if (has_call)
		write_bar(events[parts], span, out);
	for (size_t i = 0; i < parts; i++)
		write_bar(events[i], span, out);
	return parts + has_call;
}

static void write_process_title(const struct journal_event *event, FILE *out)
{
	fputs("<h2>", out);
	write_text(out, event->program != NULL ? event->program : "?");
	fprintf(out, " [%llu]</h2>\n<ol>\n", (unsigned long long)event->pid);
}

static void write_waterfall(const struct journal_event **events, size_t count, const struct span *span, FILE *out)
{
	for (size_t i = 0; i < count;) {
		if (i == 0 || events[i]->pid != events[i - 1]->pid) {
			fputs(i > 0 ? "</ol>\n" : "", out);
			write_process_title(events[i], out);
		}
		i += write_lookup(events + i, count - i, span, out);
	}
	fputs(count > 0 ? "</ol>\n" : "", out);
}

// NULL: an empty cell.
static void write_cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	if (text != NULL)
		write_text(out, text);
	fputs("</td>", out);
}

// The result, or the reason of the failure.
static void write_result(const struct journal_event *event, FILE *out)
{
	const char *found = event->logged.names != NULL && event->logged.names[0] != '\0' ? event->logged.names
		: event->logged.records != NULL                                               ? event->logged.records
																					  : event->logged.addresses;
	const char *more = event->logged.reason != NULL ? event->logged.reason : event->logged.detail;
	const char *text = found != NULL && found[0] != '\0' ? found : log_result_word(event->logged.result);
	fputs("<td class=\"result\">", out);
	if (text != NULL)
		write_text(out, text);
	if (more != NULL) {
		fputs("<br><small>", out);
		write_text(out, more);
		fputs("</small>", out);
	}
	fputs("</td>", out);
}

static void write_number(FILE *out, double number)
{
	fprintf(out, "<td class=\"number\">%.2f</td>", number);
}

static void write_table_row(const struct journal_event *event, const struct span *span, FILE *out)
{
	char bytes[EVENT_CELL_SIZE];
	fprintf(out, "<tr%s>", is_failed(event) ? " class=\"failed\"" : "");
	write_number(out, start_of(event) - span->start);
	snprintf(bytes, sizeof(bytes), "%s[%llu]", event->program != NULL ? event->program : "?",
		(unsigned long long)event->pid);
	write_cell(out, bytes);
	write_cell(out, what_of(event, bytes));
	fputs("<td>", out);
	write_name(event, out);
	fputs("</td>", out);
	write_cell(out, event->logged.arguments);
	write_cell(out, by_of(event, bytes));
	write_result(event, out);
	write_number(out, duration(event));
	fputs("</tr>\n", out);
}

static void write_table(const struct journal *journal, const struct span *span, FILE *out)
{
	static const char *const titles[] = {
		"at ms", "process", "event", "name", "arguments", "answered by", "result", "took ms"};
	fputs("<h2>All events</h2>\n<table>\n<thead><tr>", out);
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		fprintf(out, "<th scope=\"col\">%s</th>", titles[i]);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t i = 0; i < journal->count; i++)
		write_table_row(&journal->events[i], span, out);
	fputs("</tbody>\n</table>\n", out);
}

static void write_title(const struct journal *journal, const char *const *program, const struct span *span, FILE *out)
{
	size_t lookups = 0, failed = 0;
	for (size_t i = 0; i < journal->count; i++) {
		const bool is_lookup = event_is_lookup(&journal->events[i]);
		lookups += is_lookup;
		failed += is_lookup && event_is_failure(&journal->events[i]);
	}
	fputs("<h1>Name lookups of <code>", out);
	for (; program != NULL && *program != NULL; program++) {
		write_text(out, *program);
		fputs(program[1] != NULL ? " " : "", out);
	}
	fprintf(out, "</code></h1>\n<p>%zu lookups, %zu failed, within %.1f ms.</p>\n", lookups, failed,
		span->end - span->start);
	if (journal->lost + journal->unreadable > 0)
		fprintf(out, "<p>Lookups or questions that could not be recorded: %llu.</p>\n",
			(unsigned long long)(journal->lost + journal->unreadable));
}

bool report_write(const struct journal *journal, const char *const *program, FILE *out)
{
	const struct span span = span_of(journal);
	size_t count;
	const struct journal_event **events = event_select(journal, NULL, compare_events, &count);
	if (events == NULL)
		return false;
	fputs(head, out);
	write_title(journal, program, &span, out);
	write_waterfall(events, count, &span, out);
	write_table(journal, &span, out);
	fputs("</body>\n</html>\n", out);
	free(events);
	return true;
}
