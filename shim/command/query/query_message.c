// SPDX-License-Identifier: MIT
#include "shim/command/query/query_message.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/error_text.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/dns/listing.h"
#include "resolver/dns/message.h"
#include "resolver/message_lookup.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"
#include "shim/command/query/libc_own.h"
#include "shim/command/query/lookup_trace.h"
#include "shim/command/query/message_text.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"

#define LIBC_ANSWER_MAX 65535

// The question and its result.
struct asked {
	const char *name;
	uint16_t class, type;
	enum outcome outcome;
	struct answer *answer;
	struct lookup_trace *trace;
};

static enum outcome outcome_of_libc(int error)
{
	switch (error) {
	case HOST_NOT_FOUND:
		return OUTCOME_NO_NAME;
	case NO_DATA:
		return OUTCOME_NO_DATA;
	case TRY_AGAIN:
		return OUTCOME_TRY_AGAIN;
	case NO_RECOVERY:
		return OUTCOME_NO_RECOVERY;
	default:
		return OUTCOME_ERROR;
	}
}

uint8_t *query_message_of_libc(const char *name, uint16_t class, uint16_t type, size_t *size, enum outcome *outcome)
{
	__typeof__(res_ninit) *open_state = libc_own("__res_ninit", res_ninit);
	__typeof__(res_nsearch) *search = libc_own("res_nsearch", res_nsearch);
	__typeof__(res_nclose) *close_state = libc_own("__res_nclose", res_nclose);
	struct __res_state state = {.options = 0};
	uint8_t *message = malloc(LIBC_ANSWER_MAX);
	int length = -1;

	*outcome = OUTCOME_ERROR;
	if (message != NULL && open_state(&state) == 0) {
		length = search(&state, name, class, type, message, LIBC_ANSWER_MAX);
		*outcome = length < 0 ? outcome_of_libc(state.res_h_errno) : OUTCOME_FOUND;
		close_state(&state);
	}
	if (length < 0) {
		free(message);
		return NULL;
	}
	*size = (size_t)length;
	return message;
}

// The replies of the servers; if there are none, the known reason.
static const char *why(const struct asked *asked, char *text)
{
	const char *reasons = reasons_write(&asked->trace->reasons, asked->name, text);
	struct name name;

	if (reasons != NULL)
		return reasons;
	if (asked->answer->error != 0)
		return error_text(asked->answer->error);
	return name_read(asked->name, &name) ? "" : "expected a domain name";
}

static void write_answerer(const struct asked *asked, bool is_coloured, FILE *out)
{
	char text[LOOKUP_TRACE_TEXT_SIZE], reasons[REASONS_TEXT_SIZE];
	const struct lookup_trace *trace = asked->trace;

	if (query_outcome_status(asked->outcome) != QUERY_FOUND)
		fprintf(out, "; %s%s%s: %s\n", colour(is_coloured, COLOUR_BAD), query_outcome_word(asked->outcome),
			colour(is_coloured, COLOUR_PLAIN), why(asked, reasons));
	fprintf(out, "; %s, %.2f ms, %u %s, %zu bytes\n\n", lookup_trace_write_answerer(&trace->last, text),
		(double)(trace->ended - trace->begun) / 1000, trace->exchanges, trace->exchanges == 1 ? "try" : "tries",
		asked->answer->message_size);
}

static void write_failure(const struct asked *asked, bool is_coloured, FILE *out)
{
	char type[RRTYPE_TEXT_SIZE], text[REASONS_TEXT_SIZE];
	const char *reason = why(asked, text);

	fputs("; ", out);
	escape_write(asked->name, out);
	fprintf(out, " %s: %s%s%s%s%s, %.2f ms\n\n", rrtype_write(asked->type, type), colour(is_coloured, COLOUR_BAD),
		query_outcome_word(asked->outcome), colour(is_coloured, COLOUR_PLAIN), *reason != '\0' ? ": " : "", reason,
		(double)(asked->trace->ended - asked->trace->begun) / 1000);
}

static void write_text(
	const struct asked *asked, const struct listing *listing, const struct query_options *options, FILE *out)
{
	const struct answer *answer = asked->answer;

	lookup_trace_write(asked->trace, out);
	if (answer->message == NULL) {
		write_failure(asked, options->is_coloured, out);
		return;
	}
	message_text_write(listing, options->is_coloured, out);
	if (options->hex)
		message_text_write_hex("reply", answer->message, answer->message_size, out);
	write_answerer(asked, options->is_coloured, out);
}

static void write_json(
	const struct asked *asked, const struct listing *listing, const struct query_options *options, FILE *out)
{
	char type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE], reasons[REASONS_TEXT_SIZE];
	struct json json = {.out = out, .is_first = true};
	const struct answer *answer = asked->answer;
	const char *reason = query_outcome_status(asked->outcome) != QUERY_FOUND ? why(asked, reasons) : "";

	json_begin(&json, NULL, '{');
	json_text(&json, "name", asked->name);
	json_text(&json, "class", rrclass_write(asked->class, class));
	json_text(&json, "type", rrtype_write(asked->type, type));
	json_text(&json, "outcome", query_outcome_word(asked->outcome));
	json_text(&json, "error", answer->error != 0 ? error_text(answer->error) : NULL);
	json_text(&json, "reason", *reason != '\0' ? reason : NULL);
	lookup_trace_write_answerer_json(&asked->trace->last, &json);
	json_milliseconds(&json, "milliseconds", asked->trace->ended - asked->trace->begun);
	json_number(&json, "tries", asked->trace->exchanges);
	if (answer->message != NULL) {
		json_number(&json, "bytes", (int64_t)answer->message_size);
		json_begin(&json, "message", '{');
		message_text_write_json(listing, &json);
		json_end(&json, '}');
	}
	if (answer->message != NULL && options->hex)
		message_text_write_hex_json("hex", answer->message, answer->message_size, &json);
	lookup_trace_write_json(asked->trace, &json);
	json_end(&json, '}');
	fputc('\n', out);
}

static int tell(struct asked *asked, const struct query_options *options, FILE *out)
{
	struct listing listing = {.id = 0};
	const struct answer *answer = asked->answer;

	lookup_trace_end(asked->trace);
	if (answer->message != NULL && !listing_read(answer->message, answer->message_size, &listing))
		return QUERY_FAILED;
	if (answer->message != NULL)
		asked->outcome = message_text_outcome(&listing);
	if (options->json)
		write_json(asked, &listing, options, out);
	else
		write_text(asked, &listing, options, out);
	listing_clear(&listing);
	return query_outcome_status(asked->outcome);
}

int query_message(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out)
{
	struct options room;
	struct lookup_context lookup = query_outcome_context(resolver, options, &room);
	struct question question = {.type = kind->type, .class = kind->class};
	struct answer answer;
	struct lookup_trace trace;
	char text[SEARCH_TEXT_SIZE];
	struct asked asked = {.name = name, .class = kind->class, .type = kind->type, .answer = &answer, .trace = &trace};

	lookup.as_packets = true;
	room.edns0 = true;  // for Extended DNS Errors (RFC 8914)
	lookup_trace_begin(&trace, options, &lookup);
	asked.outcome = message_lookup_search(resolver, &lookup, name, &question, &answer);
	if (asked.outcome == OUTCOME_SYSTEM)
		answer.message = query_message_of_libc(search_libc_name(resolver, &lookup, name, &question, text), kind->class,
			kind->type, &answer.message_size, &asked.outcome);
	int status = tell(&asked, options, out);
	answer_clear(&answer);
	lookup_trace_clear(&trace);
	return status;
}
