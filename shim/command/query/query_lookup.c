// SPDX-License-Identifier: MIT
#include "shim/command/query/query_lookup.h"

#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/log_member.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"
#include "shim/command/text.h"

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

static void keep_answerer(struct query_lookup *lookup, const struct log_event *event)
{
	struct query_lookup_answerer answerer = {
		.source = event->source,
		.is_unanswered = event->type != NULL && is_unanswered(event->result),
	};
	snprintf(answerer.server, sizeof(answerer.server), "%s", event->server != NULL ? event->server : "");
	snprintf(answerer.transport, sizeof(answerer.transport), "%s", event->transport != NULL ? event->transport : "");
	lookup->last = answerer;
	if (is_about(event, RRTYPE_A))
		lookup->ipv4 = answerer;
	if (is_about(event, RRTYPE_AAAA))
		lookup->ipv6 = answerer;
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
		text_escape(text, out);
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

static void keep_as_text(struct query_lookup *lookup, const struct log_event *event)
{
	FILE *out = lookup->json.out;
	fprintf(out, "; %8.2f ms ", (double)(clock_now() - lookup->begun) / 1000);
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

static void keep_as_json(struct query_lookup *lookup, const struct log_event *event)
{
	struct json *json = &lookup->json;
	const struct log_member *member;
	json_begin(json, NULL, '{');
	add_member(json, log_member_at(1), event);
	json_milliseconds(json, "at", clock_now() - lookup->begun);
	for (unsigned place = 2; (member = log_member_at(place)) != NULL; place++)
		add_member(json, member, event);
	json_end(json, '}');
}

static void take_event(void *observer, const struct log_event *event)
{
	struct query_lookup *lookup = observer;
	reasons_note(&lookup->noted, event);
	if (event->kind == EVENT_EXCHANGE)
		lookup->exchanges++;
	else if (event->kind == EVENT_ANSWER)
		keep_answerer(lookup, event);
	if (lookup->json.out != NULL)
		(lookup->query->options->json ? keep_as_json : keep_as_text)(lookup, event);
}

// DO is a bit of OPT.
static void adapt_options(struct options *options, const struct query_options *changes)
{
	options->use_vc |= changes->tcp;
	options->no_recursion |= changes->no_recursion;
	options->dnssec_ok |= changes->dnssec;
	options->no_edns &= !changes->dnssec;
	options->checking_disabled |= changes->checking_disabled;
}

void query_lookup_begin(struct query_lookup *lookup, const struct query *query, const char *asked)
{
	*lookup = (struct query_lookup){
		.query = query,
		.asked = asked,
		.context = lookup_context_of_config(resolver_config(query->resolver)),
		.json.is_first = true,
	};
	lookup->options = *lookup->context.options;
	adapt_options(&lookup->options, query->options);
	lookup->context.options = &lookup->options;
	lookup->context.observe = take_event;
	lookup->context.observer = lookup;
	if (query->options->trace)
		lookup->json.out = open_memstream(&lookup->events, &lookup->events_size);
	reasons_begin(&lookup->noted);
	lookup->begun = clock_now();
}

void query_lookup_end(struct query_lookup *lookup, enum outcome outcome, int error)
{
	lookup->ended = clock_now();
	lookup->outcome = outcome;
	lookup->error = error;
	lookup->reasons = reasons_write(&lookup->noted, lookup->asked, lookup->text);
	if (lookup->json.out != NULL)
		fflush(lookup->json.out);
}

void query_lookup_clear(struct query_lookup *lookup)
{
	if (lookup->json.out != NULL)
		fclose(lookup->json.out);
	free(lookup->events);
}

const char *query_lookup_why(const struct query_lookup *lookup)
{
	if (lookup->reasons != NULL)
		return lookup->reasons;
	return lookup->error != 0 ? error_text(lookup->error) : "";
}

double query_lookup_milliseconds(const struct query_lookup *lookup)
{
	return (double)(lookup->ended - lookup->begun) / 1000;
}

const char *query_lookup_unanswered(const struct query_lookup *lookup)
{
	return lookup->ipv4.is_unanswered ? "A" : lookup->ipv6.is_unanswered ? "AAAA" : NULL;
}

void query_lookup_write(const struct query_lookup *lookup)
{
	if (lookup->events != NULL)
		fwrite(lookup->events, 1, lookup->events_size, lookup->query->out);
}

void query_lookup_write_json(const struct query_lookup *lookup, struct json *json)
{
	if (lookup->json.out == NULL)
		return;
	json_begin(json, "trace", '[');
	query_lookup_write(lookup);
	json_end(json, ']');
}

char *query_lookup_write_answerer(const struct query_lookup_answerer *answerer, char *text)
{
	const char *source = answer_source_word(answerer->source);
	bool has_server = answerer->server[0] != '\0';
	snprintf(text, QUERY_LOOKUP_TEXT_SIZE, "%s%s%s%s%s", source != NULL ? source : "", has_server ? " " : "",
		answerer->server, has_server ? " " : "", answerer->transport);
	return text;
}

void query_lookup_write_answerer_json(const struct query_lookup_answerer *answerer, struct json *json)
{
	json_text(json, "source", answer_source_word(answerer->source));
	json_text(json, "server", answerer->server[0] != '\0' ? answerer->server : NULL);
	json_text(json, "transport", answerer->transport[0] != '\0' ? answerer->transport : NULL);
}
