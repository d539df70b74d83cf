// SPDX-License-Identifier: MIT
#include "shim/command/query/lookup_trace.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/strbuf.h"
#include "config/log.h"
#include "config/log_member.h"
#include "config/lookup_context.h"
#include "shim/command/command_line.h"

#define EVENT_SIZE 1024

// Is it an answer that has neither data nor says that there are none?
static bool is_lost(struct log_result result)
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

static void keep_answerer(struct lookup_trace *trace, const struct log_event *event)
{
	struct lookup_trace_answerer answerer = {
		.source = event->source,
		.is_lost = event->type != NULL && is_lost(event->result),
	};

	snprintf(answerer.server, sizeof(answerer.server), "%s", event->server != NULL ? event->server : "");
	snprintf(answerer.transport, sizeof(answerer.transport), "%s", event->transport != NULL ? event->transport : "");
	trace->last = answerer;
	if (event->type == NULL || strcmp(event->type, "A") == 0)
		trace->ipv4 = answerer;
	if (event->type == NULL || strcmp(event->type, "AAAA") == 0)
		trace->ipv6 = answerer;
}

static void add_word(struct strbuf *line, const char *before, const char *text)
{
	if (text == NULL)
		return;
	strbuf_add(line, before);
	strbuf_add_escaped(line, text, ESCAPE_TEXT, strbuf_room(line));
}

static void keep_as_text(struct lookup_trace *trace, const struct log_event *event)
{
	char bytes[EVENT_SIZE];
	struct strbuf line = {.bytes = bytes, .size = sizeof(bytes)};

	add_word(&line, "", log_event_word(event->kind));
	add_word(&line, " ", event->name);
	add_word(&line, " ", event->type);
	add_word(&line, " ", event->arguments);
	add_word(&line, " ", event->server == NULL ? answer_source_word(event->source) : NULL);
	add_word(&line, " ", event->server);
	add_word(&line, " ", event->transport);
	add_word(&line, " for ", event->rule);
	add_word(&line, " -> ", log_result_word(event->result));
	add_word(&line, ": ", event->addresses);
	add_word(&line, ": ", event->names);
	add_word(&line, " (", event->detail);
	const char *before = event->detail != NULL ? ", " : " (";
	fprintf(trace->json.out, "; %8.2f ms  %s", (double)(clock_now() - trace->begun) / 1000, strbuf_end(&line));
	if (event->microseconds >= 0)
		fprintf(trace->json.out, "%s%.2f ms", before, (double)event->microseconds / 1000);
	fputs(event->detail != NULL || event->microseconds >= 0 ? ")\n" : "\n", trace->json.out);
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

const char *lookup_trace_lost(const struct lookup_trace *trace)
{
	return trace->ipv4.is_lost ? "A" : trace->ipv6.is_lost ? "AAAA" : NULL;
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
