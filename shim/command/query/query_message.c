// SPDX-License-Identifier: MIT
#include "shim/command/query/query_message.h"

#include "config/base/error_text.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/lookup_context.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/message.h"
#include "resolver/message_lookup.h"
#include "resolver/search.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/libc_query.h"
#include "shim/command/query/message_text.h"
#include "shim/command/query/query_lookup.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"
#include "shim/command/text.h"

// The question and its result.
struct found {
	struct query_lookup lookup;
	const struct question_kind *kind;
	struct answer answer;
	struct listing listing;  // of answer.message
};

// The reason of a failure; "" if it is unknown.
static const char *why(const struct query_lookup *lookup)
{
	const char *reason = query_lookup_why(lookup);
	struct name name;
	return *reason != '\0' || name_read(lookup->asked, &name) ? reason : "expected a domain name";
}

static void write_answerer(const struct found *found)
{
	const struct colours *colours = found->lookup.query->options->colours;
	const struct query_lookup *lookup = &found->lookup;
	char text[QUERY_LOOKUP_TEXT_SIZE];
	FILE *out = found->lookup.query->out;
	if (query_outcome_status(found->lookup.outcome) != QUERY_FOUND)
		fprintf(out, "; %s%s%s: %s\n", colours->bad, query_outcome_word(found->lookup.outcome), colours->plain,
			why(&found->lookup));
	fprintf(out, "; %s, %.2f ms, %u %s, %zu bytes\n\n", query_lookup_write_answerer(&lookup->last, text),
		query_lookup_milliseconds(lookup), lookup->exchanges, lookup->exchanges == 1 ? "try" : "tries",
		found->answer.message_size);
}

static void write_failure(const struct found *found)
{
	const struct query_lookup *lookup = &found->lookup;
	const struct colours *colours = lookup->query->options->colours;
	char type[RRTYPE_TEXT_SIZE];
	const char *reason = why(lookup);
	FILE *out = lookup->query->out;
	fputs("; ", out);
	text_escape(lookup->asked, out);
	fprintf(out, " %s: %s%s%s%s%s, %.2f ms\n\n", rrtype_write(found->kind->type, type), colours->bad,
		query_outcome_word(lookup->outcome), colours->plain, *reason != '\0' ? ": " : "", reason,
		query_lookup_milliseconds(lookup));
}

static void write_values(const struct found *found)
{
	const struct query_lookup *lookup = &found->lookup;
	char type[RRTYPE_TEXT_SIZE];
	if (query_outcome_status(lookup->outcome) != QUERY_FAILED)
		message_text_write_values(&found->listing, lookup->query->out);
	query_outcome_print_failure(lookup->asked, rrtype_write(found->kind->type, type), lookup->outcome, why(lookup));
}

static void write_text(const struct found *found)
{
	const struct query_options *options = found->lookup.query->options;
	const struct answer *answer = &found->answer;
	FILE *out = found->lookup.query->out;
	query_lookup_write(&found->lookup);
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
	if (found->lookup.query->options->hex)
		message_text_write_hex_json("hex", answer->message, answer->message_size, json);
}

static void write_json(const struct found *found)
{
	const struct query_lookup *lookup = &found->lookup;
	struct json json = json_open(lookup->query->out);
	const char *reason = query_outcome_status(lookup->outcome) != QUERY_FOUND ? why(lookup) : "";
	message_text_write_question_json(lookup->asked, found->kind->class, found->kind->type, &json);
	json_text(&json, "outcome", query_outcome_word(lookup->outcome));
	json_text(&json, "error", lookup->error != 0 ? error_text(lookup->error) : NULL);
	json_text(&json, "reason", *reason != '\0' ? reason : NULL);
	query_lookup_write_answerer_json(&lookup->last, &json);
	json_milliseconds(&json, "milliseconds", lookup->ended - lookup->begun);
	json_number(&json, "tries", lookup->exchanges);
	write_message_json(found, &json);
	query_lookup_write_json(lookup, &json);
	json_close(&json);
}

static int write_result(struct found *found)
{
	const struct answer *answer = &found->answer;
	if (answer->message != NULL && !listing_read(answer->message, answer->message_size, &found->listing))
		return QUERY_FAILED;
	if (answer->message != NULL)
		found->lookup.outcome = message_text_outcome(&found->listing);
	const struct query_options *options = found->lookup.query->options;
	(options->json ? write_json : options->is_short ? write_values : write_text)(found);
	listing_clear(&found->listing);
	return query_outcome_status(found->lookup.outcome);
}

int query_message(const struct query *query, const char *name, const struct question_kind *kind)
{
	struct found found = {.kind = kind};
	struct question question = {.type = kind->type, .class = kind->class};
	struct query_lookup *lookup = &found.lookup;
	char text[SEARCH_TEXT_SIZE];
	query_lookup_begin(lookup, query, name);
	lookup->context.as_packets = true;
	lookup->options.edns0 = true;  // for Extended DNS Errors (RFC 8914)
	enum outcome outcome = message_lookup_search(query->resolver, &lookup->context, name, &question, &found.answer);
	if (outcome == OUTCOME_SYSTEM) {
		size_t size = 0;
		uint8_t *message =
			libc_query_message(search_libc_name(query->resolver, &lookup->context, name, &question, text), kind->class,
				kind->type, &size, &outcome);
		answer_own_message(&found.answer, message, size);
	}
	query_lookup_end(lookup, outcome, found.answer.error);
	const int status = write_result(&found);
	answer_clear(&found.answer);
	query_lookup_clear(lookup);
	return status;
}
