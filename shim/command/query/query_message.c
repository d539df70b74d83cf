// SPDX-License-Identifier: MIT
#include "shim/command/query/query_message.h"

#include "config/base/error_text.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/message.h"
#include "resolver/message_lookup.h"
#include "resolver/search.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"
#include "shim/command/libc_query.h"
#include "shim/command/query/lookup_trace.h"
#include "shim/command/query/message_text.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"

// The question and its result.
struct found {
	const struct query *query;
	const char *asked;
	const struct question_kind *kind;
	enum outcome outcome;
	struct answer answer;
	struct listing listing;  // of answer.message
	struct lookup_trace trace;
};

// The reason of a failure; "" if it is unknown.
static const char *why(const struct found *found, char *text)
{
	const char *reasons = reasons_write(&found->trace.reasons, found->asked, text);
	struct name name;
	if (reasons != NULL)
		return reasons;
	if (found->answer.error != 0)
		return error_text(found->answer.error);
	return name_read(found->asked, &name) ? "" : "expected a domain name";
}

static void write_answerer(const struct found *found)
{
	const struct colours *colours = found->query->options->colours;
	const struct lookup_trace *trace = &found->trace;
	char text[LOOKUP_TRACE_TEXT_SIZE], reasons[REASONS_TEXT_SIZE];
	FILE *out = found->query->out;
	if (query_outcome_status(found->outcome) != QUERY_FOUND)
		fprintf(out, "; %s%s%s: %s\n", colours->bad, query_outcome_word(found->outcome), colours->plain,
			why(found, reasons));
	fprintf(out, "; %s, %.2f ms, %u %s, %zu bytes\n\n", lookup_trace_write_answerer(&trace->last, text),
		lookup_trace_milliseconds(trace), trace->exchanges, trace->exchanges == 1 ? "try" : "tries",
		found->answer.message_size);
}

static void write_failure(const struct found *found)
{
	const struct colours *colours = found->query->options->colours;
	char type[RRTYPE_TEXT_SIZE], text[REASONS_TEXT_SIZE];
	const char *reason = why(found, text);
	FILE *out = found->query->out;
	fputs("; ", out);
	escape_write(found->asked, out);
	fprintf(out, " %s: %s%s%s%s%s, %.2f ms\n\n", rrtype_write(found->kind->type, type), colours->bad,
		query_outcome_word(found->outcome), colours->plain, *reason != '\0' ? ": " : "", reason,
		lookup_trace_milliseconds(&found->trace));
}

static void write_values(const struct found *found)
{
	char type[RRTYPE_TEXT_SIZE], text[REASONS_TEXT_SIZE];
	if (query_outcome_status(found->outcome) != QUERY_FAILED)
		message_text_write_values(&found->listing, found->query->out);
	query_outcome_print_failure(found->asked, rrtype_write(found->kind->type, type), found->outcome, why(found, text));
}

static void write_text(const struct found *found)
{
	const struct query_options *options = found->query->options;
	const struct answer *answer = &found->answer;
	FILE *out = found->query->out;
	lookup_trace_write(&found->trace, out);
	if (answer->message == NULL) {
		write_failure(found);
		return;
	}
	message_text_write(&found->listing, options->colours, out);
	if (options->hex)
		message_text_write_hex("reply", answer->message, answer->message_size, out);
	write_answerer(found);
}

static void write_message_json(const struct found *found, struct json *json)
{
	const struct answer *answer = &found->answer;
	if (answer->message == NULL)
		return;
	json_number(json, "bytes", (int64_t)answer->message_size);
	json_begin(json, "message", '{');
	message_text_write_json(&found->listing, json);
	json_end(json, '}');
	if (found->query->options->hex)
		message_text_write_hex_json("hex", answer->message, answer->message_size, json);
}

static void write_json(const struct found *found)
{
	char reasons[REASONS_TEXT_SIZE];
	struct json json = json_open(found->query->out);
	const struct answer *answer = &found->answer;
	const char *reason = query_outcome_status(found->outcome) != QUERY_FOUND ? why(found, reasons) : "";
	message_text_write_question_json(found->asked, found->kind->class, found->kind->type, &json);
	json_text(&json, "outcome", query_outcome_word(found->outcome));
	json_text(&json, "error", answer->error != 0 ? error_text(answer->error) : NULL);
	json_text(&json, "reason", *reason != '\0' ? reason : NULL);
	lookup_trace_write_answerer_json(&found->trace.last, &json);
	json_milliseconds(&json, "milliseconds", found->trace.ended - found->trace.begun);
	json_number(&json, "tries", found->trace.exchanges);
	write_message_json(found, &json);
	lookup_trace_write_json(&found->trace, &json);
	json_close(&json);
}

static int write_result(struct found *found)
{
	const struct answer *answer = &found->answer;
	if (answer->message != NULL && !listing_read(answer->message, answer->message_size, &found->listing))
		return QUERY_FAILED;
	if (answer->message != NULL)
		found->outcome = message_text_outcome(&found->listing);
	const struct query_options *options = found->query->options;
	(options->json ? write_json : options->is_short ? write_values : write_text)(found);
	listing_clear(&found->listing);
	return query_outcome_status(found->outcome);
}

int query_message(const struct query *query, const char *name, const struct question_kind *kind)
{
	struct found found = {.query = query, .asked = name, .kind = kind};
	struct question question = {.type = kind->type, .class = kind->class};
	struct options room;
	struct lookup_context lookup = query_outcome_context(query, &room);
	char text[SEARCH_TEXT_SIZE];
	lookup.as_packets = true;
	room.edns0 = true;  // for Extended DNS Errors (RFC 8914)
	lookup_trace_begin(&found.trace, query->options, &lookup);
	found.outcome = message_lookup_search(query->resolver, &lookup, name, &question, &found.answer);
	if (found.outcome == OUTCOME_SYSTEM)
		found.answer.message = libc_query_message(search_libc_name(query->resolver, &lookup, name, &question, text),
			kind->class, kind->type, &found.answer.message_size, &found.outcome);
	lookup_trace_end(&found.trace);
	const int status = write_result(&found);
	answer_clear(&found.answer);
	lookup_trace_clear(&found.trace);
	return status;
}
