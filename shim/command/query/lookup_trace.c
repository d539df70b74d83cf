// SPDX-License-Identifier: MIT
#include "shim/command/query/lookup_trace.h"

#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/rrtype.h"
#include "config/log_member.h"
#include "config/lookup_context.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"

// Is the answer neither data nor a negative answer?
static bool is_unanswered(struct log_result result)
{
	switch (result.code) {
	case RESULT_NOERROR:
	case RESULT_NODATA:
	case RESULT_NXDOMAIN:
	case RESULT_UNUSABLE:
	case RESULT_SYSTEM:
		return false;
	default:
		return log_result_word(result) != NULL;
	}
}

// Without a type, an answer is about addresses of both families.
static bool is_about(const struct log_event *event, uint16_t type)
{
	uint16_t asked;
	return event->type == NULL || (rrtype_read(event->type, &asked) && asked == type);
}

static void keep_answerer(struct lookup_trace *trace, const struct log_event *event)
{
	struct lookup_trace_answerer answerer = {
		.source = event->source,
		.is_unanswered = event->type != NULL && is_unanswered(event->result),
	};
	snprintf(answerer.server, sizeof(answerer.server), "%s", event->server != NULL ? event->server : "");
	snprintf(answerer.transport, sizeof(answerer.transport), "%s", event->transport != NULL ? event->transport : "");
	trace->last = answerer;
	if (is_about(event, RRTYPE_A))
		trace->ipv4 = answerer;
	if (is_about(event, RRTYPE_AAAA))
		trace->ipv6 = answerer;
}

// The part of a line that has a member, as in a line of the log, but the source and the rule belong to the subject.
static enum log_part part_of(const struct log_member *member, const struct log_event *event)
{
	if (member->form == LOG_MEMBER_SOURCE)
		return event->server == NULL ? LOG_PART_SUBJECT : LOG_PART_NONE;
	return member->offset == offsetof(struct log_event, rule) ? LOG_PART_SUBJECT : member->column.other;
}

static const char *text_before(const struct log_member *member, enum log_part part, bool is_first)
{
	if (part == LOG_PART_NOTES)
		return is_first ? " (" : ", ";
	if (part == LOG_PART_RESULT)
		return member->form == LOG_MEMBER_RESULT ? " -> " : ": ";
	return " ";
}

static void write_value(const struct log_member *member, const struct log_event *event, FILE *out)
{
	const char *text = log_member_text(member, event);
	const int64_t number = log_member_number(member, event);
	if (text != NULL)
		escape_write(text, out);
	else if (member->form == LOG_MEMBER_DURATION)
		fprintf(out, "%.2f ms", (double)number / 1000);
	else
		fprintf(out, "%lld", (long long)number);
}

static void write_part(enum log_part part, const struct log_event *event, FILE *out)
{
	const struct log_member *member;
	bool is_first = true;
	for (unsigned place = 1; (member = log_member_at(place)) != NULL; place++) {
		if (part_of(member, event) != part ||
			(log_member_text(member, event) == NULL && log_member_number(member, event) < 0))
			continue;
		fputs(text_before(member, part, is_first), out);
		fputs(member->column.prefix != NULL ? member->column.prefix : "", out);
		write_value(member, event, out);
		is_first = false;
	}
	if (part == LOG_PART_NOTES && !is_first)
		putc(')', out);
}

static void keep_as_text(struct lookup_trace *trace, const struct log_event *event)
{
	FILE *out = trace->json.out;
	fprintf(out, "; %8.2f ms ", (double)(clock_now() - trace->begun) / 1000);
	write_part(LOG_PART_SUBJECT, event, out);
	write_part(LOG_PART_RESULT, event, out);
	write_part(LOG_PART_NOTES, event, out);
	putc('\n', out);
}

static void add_member(struct json *json, const struct log_member *member, const struct log_event *event)
{
	int64_t number = log_member_number(member, event);
	if (member->form == LOG_MEMBER_WORDS)
		json_words(json, member->key, log_member_text(member, event));
	else if (member->form == LOG_MEMBER_DURATION && number >= 0)
		json_milliseconds(json, "milliseconds", number);
	else if (number >= 0)
		json_number(json, member->key, number);
	else
		json_text(json, member->key, log_member_text(member, event));
}

static void keep_as_json(struct lookup_trace *trace, const struct log_event *event)
{
	struct json *json = &trace->json;
	const struct log_member *member;
	json_begin(json, NULL, '{');
	add_member(json, log_member_at(1), event);
	json_milliseconds(json, "at", clock_now() - trace->begun);
	for (unsigned place = 2; (member = log_member_at(place)) != NULL; place++)
		add_member(json, member, event);
	json_end(json, '}');
}

static void take_event(void *observer, const struct log_event *event)
{
	struct lookup_trace *trace = observer;
	reasons_note(&trace->reasons, event);
	if (event->kind == EVENT_EXCHANGE)
		trace->exchanges++;
	else if (event->kind == EVENT_ANSWER)
		keep_answerer(trace, event);
	if (trace->json.out != NULL)
		(trace->is_json ? keep_as_json : keep_as_text)(trace, event);
}

void lookup_trace_begin(struct lookup_trace *trace, const struct query_options *options, struct lookup_context *lookup)
{
	*trace = (struct lookup_trace){.is_json = options->json, .json.is_first = true};
	if (options->trace)
		trace->json.out = open_memstream(&trace->events, &trace->events_size);
	reasons_begin(&trace->reasons);
	trace->begun = clock_now();
	lookup->observe = take_event;
	lookup->observer = trace;
}

void lookup_trace_end(struct lookup_trace *trace)
{
	trace->ended = clock_now();
	if (trace->json.out != NULL)
		fflush(trace->json.out);
}

void lookup_trace_clear(struct lookup_trace *trace)
{
	if (trace->json.out != NULL)
		fclose(trace->json.out);
	free(trace->events);
	*trace = (struct lookup_trace){.exchanges = 0};
}

double lookup_trace_milliseconds(const struct lookup_trace *trace)
{
	return (double)(trace->ended - trace->begun) / 1000;
}

const char *lookup_trace_unanswered(const struct lookup_trace *trace)
{
	return trace->ipv4.is_unanswered ? "A" : trace->ipv6.is_unanswered ? "AAAA" : NULL;
}

void lookup_trace_write(const struct lookup_trace *trace, FILE *out)
{
	if (trace->events != NULL)
		fwrite(trace->events, 1, trace->events_size, out);
}

void lookup_trace_write_json(const struct lookup_trace *trace, struct json *json)
{
	if (trace->json.out == NULL)
		return;
	json_begin(json, "trace", '[');
	lookup_trace_write(trace, json->out);
	json_end(json, ']');
}

char *lookup_trace_write_answerer(const struct lookup_trace_answerer *answerer, char *text)
{
	const char *source = answer_source_word(answerer->source);
	bool has_server = answerer->server[0] != '\0';
	snprintf(text, LOOKUP_TRACE_TEXT_SIZE, "%s%s%s%s%s", source != NULL ? source : "", has_server ? " " : "",
		answerer->server, has_server ? " " : "", answerer->transport);
	return text;
}

void lookup_trace_write_answerer_json(const struct lookup_trace_answerer *answerer, struct json *json)
{
	json_text(json, "source", answer_source_word(answerer->source));
	json_text(json, "server", answerer->server[0] != '\0' ? answerer->server : NULL);
	json_text(json, "transport", answerer->transport[0] != '\0' ? answerer->transport : NULL);
}
