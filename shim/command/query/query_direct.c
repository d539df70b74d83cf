// SPDX-License-Identifier: MIT
#include "shim/command/query/query_direct.h"

#include <errno.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/error_text.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "config/routes.h"
#include "resolver/direct.h"
#include "resolver/dns/listing.h"
#include "resolver/resolver.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/escape.h"
#include "shim/command/query/message_text.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"

// The question, the servers and the output.
struct direct_call {
	const struct query_options *options;
	const struct config *config;
	const char *name;
	struct question question;
	struct direct_options direct;
	FILE *out;
};

static void say(const struct direct_call *call, enum outcome outcome, const char *server, const char *what)
{
	char type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE];
	struct json json = {.out = call->out, .is_first = true};

	rrtype_write(call->question.type, type);
	if (!call->options->json) {
		fputs("; ", call->out);
		escape_write(call->name, call->out);
		fprintf(call->out, " %s: %s%s%s%s%s\n\n", type, colour(call->options->is_coloured, COLOUR_BAD), server,
			*server != '\0' ? ": " : "", what, colour(call->options->is_coloured, COLOUR_PLAIN));
		return;
	}
	json_begin(&json, NULL, '{');
	json_text(&json, "name", call->name);
	json_text(&json, "class", rrclass_write(call->question.class, class));
	json_text(&json, "type", type);
	json_text(&json, "outcome", query_outcome_word(outcome));
	json_text(&json, "reason", what);
	json_text(&json, "server", *server != '\0' ? server : NULL);
	json_end(&json, '}');
	fputc('\n', call->out);
}

// The servers for the name; NULL, after a message, if there are none.
static const struct route *begin(struct direct_call *call)
{
	if (!name_read(call->name, &call->question.name)) {
		say(call, OUTCOME_NO_RECOVERY, "", "expected a domain name");
		return NULL;
	}
	const struct route *route = routes_find(call->config, &call->question.name);
	if (route->server_count > 0 && route->servers[0].kind == SERVER_ADDRESS)
		return route;
	say(call, OUTCOME_TRY_AGAIN, "", "has no server that a packet could be sent to");
	return NULL;
}

static struct direct_call call_of(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out)
{
	const struct config *config = resolver_config(resolver);

	return (struct direct_call){
		.options = options,
		.config = config,
		.name = name,
		.question = {.class = kind->class, .type = kind->type},
		.direct =
			{
				.stream = options->tcp || config->options.use_vc,
				.no_recursion = options->no_recursion,
				.ad = config->options.trust_ad,
				.checking_disabled = options->checking_disabled,
				.edns = (config->options.edns0 && !config->options.no_edns) || options->dnssec || options->payload != 0,
				.dnssec_ok = options->dnssec,
				.payload = options->payload,
				.mismatches = true,
				.timeout_ms =
					config->options.timeout_ms != 0 ? config->options.timeout_ms : config->options.timeout * 1000,
			},
		.out = out,
	};
}

// Properties of the reply for which a resolver would ignore it.
static void write_doubts(const struct direct_reply *reply, const struct listing *listing, bool is_coloured, FILE *out)
{
	const struct {
		bool is_so;
		const char *text;
	} doubts[] = {
		{!reply->is_reply, "is no reply: QR is not set, or the opcode is another"},
		{!reply->id_matches, "has another id than the query"},
		{!reply->question_matches, "answers another question"},
		{listing->is_truncated && !reply->over_tcp, "is truncated: by TCP there is more"},
	};

	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		if (doubts[i].is_so)
			fprintf(
				out, "; %s%s%s\n", colour(is_coloured, COLOUR_BAD), doubts[i].text, colour(is_coloured, COLOUR_PLAIN));
}

static void write_reply(const struct direct_call *call, const struct direct_reply *reply, const struct listing *listing)
{
	char server[ADDRESS_TEXT_SIZE];

	message_text_write(listing, call->options->is_coloured, call->out);
	write_doubts(reply, listing, call->options->is_coloured, call->out);
	if (call->options->hex) {
		message_text_write_hex("query", reply->query, reply->query_size, call->out);
		message_text_write_hex("reply", reply->message, reply->size, call->out);
	}
	fprintf(call->out, "; server %s %s, %.2f ms, %zu bytes\n\n", address_write_with_port(&reply->server, server),
		reply->over_tcp ? "tcp" : "udp", (double)reply->microseconds / 1000, reply->size);
}

static enum outcome outcome_of(const struct direct_reply *reply, const struct listing *listing)
{
	if (!reply->is_reply || !reply->id_matches || !reply->question_matches)
		return OUTCOME_TRY_AGAIN;
	return message_text_outcome(listing);
}

static void write_reply_json(
	const struct direct_call *call, const struct direct_reply *reply, const struct listing *listing)
{
	char server[ADDRESS_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], class[RRTYPE_TEXT_SIZE];
	struct json json = {.out = call->out, .is_first = true};

	json_begin(&json, NULL, '{');
	json_text(&json, "name", call->name);
	json_text(&json, "class", rrclass_write(call->question.class, class));
	json_text(&json, "type", rrtype_write(call->question.type, type));
	json_text(&json, "outcome", query_outcome_word(outcome_of(reply, listing)));
	json_text(&json, "server", address_write_with_port(&reply->server, server));
	json_text(&json, "transport", reply->over_tcp ? "tcp" : "udp");
	json_milliseconds(&json, "milliseconds", reply->microseconds);
	json_bool(&json, "is_reply", reply->is_reply);
	json_bool(&json, "id_matches", reply->id_matches);
	json_bool(&json, "question_matches", reply->question_matches);
	json_number(&json, "bytes", (int64_t)reply->size);
	json_begin(&json, "message", '{');
	message_text_write_json(listing, &json);
	json_end(&json, '}');
	if (call->options->hex) {
		message_text_write_hex_json("query_hex", reply->query, reply->query_size, &json);
		message_text_write_hex_json("hex", reply->message, reply->size, &json);
	}
	json_end(&json, '}');
	fputc('\n', call->out);
}

static int tell_reply(const struct direct_call *call, const struct direct_reply *reply)
{
	struct listing listing;

	if (!listing_read(reply->message, reply->size, &listing))
		return QUERY_FAILED;
	(call->options->json ? write_reply_json : write_reply)(call, reply, &listing);
	int status = query_outcome_status(outcome_of(reply, &listing));
	listing_clear(&listing);
	return status;
}

int query_direct_ask(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out)
{
	struct direct_call call = call_of(resolver, options, name, kind, out);
	char server[ADDRESS_TEXT_SIZE];
	struct direct_reply reply;
	int status = QUERY_FAILED;

	const struct route *route = begin(&call);
	if (route == NULL)
		return QUERY_FAILED;
	if (direct_ask(&route->servers[0].address, &call.question, &call.direct, &reply))
		status = tell_reply(&call, &reply);
	else
		say(&call, OUTCOME_TRY_AGAIN, address_write_with_port(&route->servers[0].address, server),
			error_text(reply.error));
	direct_reply_clear(&reply);
	return status;
}

// One object per record, since a zone may be larger than memory.
static void write_records_json(const struct listing *listing, FILE *out)
{
	for (size_t i = 0; i < listing->record_count; i++) {
		struct json json = {.out = out, .is_first = true};

		if (listing->records[i].section != LISTING_ANSWER)
			continue;
		message_text_write_record_json(&listing->records[i], &json);
		fputc('\n', out);
	}
}

static bool see_message(void *context, const uint8_t *message, size_t size)
{
	const struct direct_call *call = context;
	struct listing listing;

	if (!listing_read(message, size, &listing))
		return false;
	if (listing.rcode == RCODE_NOERROR)
		(call->options->json ? write_records_json : message_text_write_records)(&listing, call->out);
	if (call->options->hex && !call->options->json)
		message_text_write_hex("message", message, size, call->out);
	listing_clear(&listing);
	return true;
}

// A partial zone is a failure.
static enum outcome outcome_of_transfer(enum outcome outcome)
{
	return outcome == OUTCOME_UNUSABLE ? OUTCOME_TRY_AGAIN : outcome;
}

int query_direct_transfer(struct resolver *resolver, const struct query_options *options, const char *name,
	const struct question_kind *kind, FILE *out)
{
	struct direct_call call = call_of(resolver, options, name, kind, out);
	int status = QUERY_FAILED;

	call.direct.serial = kind->serial;
	const struct route *route = begin(&call);
	for (size_t i = 0; route != NULL && i < route->server_count; i++) {
		char server[ADDRESS_TEXT_SIZE];
		struct direct_transfer_result result;

		address_write_with_port(&route->servers[i].address, server);
		enum outcome outcome = outcome_of_transfer(
			direct_transfer(&route->servers[i].address, &call.question, &call.direct, see_message, &call, &result));
		status = query_outcome_status(outcome);
		if (status == QUERY_FOUND && !options->json)
			fprintf(out, "; server %s tcp, %.2f ms, %zu records in %zu message%s, %llu bytes\n\n", server,
				(double)result.microseconds / 1000, result.records, result.messages, result.messages == 1 ? "" : "s",
				(unsigned long long)result.bytes);
		if (status == QUERY_FOUND)
			break;
		say(&call, outcome, server, result.text);
		// Records already written would be mixed with those of the next server.
		if (result.records > 0)
			break;
	}
	return status;
}
