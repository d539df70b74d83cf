// SPDX-License-Identifier: MIT
#include "shim/command/query/query_direct.h"

#include "config/base/address.h"
#include "config/base/error_text.h"
#include "config/base/name.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "resolver/direct.h"
#include "resolver/direct_transfer.h"
#include "resolver/dns/listing.h"
#include "resolver/resolver.h"
#include "shim/command/colour.h"
#include "shim/command/command_line.h"
#include "shim/command/problem.h"
#include "shim/command/query/message_text.h"
#include "shim/command/query/query_outcome.h"
#include "shim/command/query/question_words.h"
#include "shim/command/text.h"

struct direct_call {
	const struct query *query;
	const char *name;
	struct question question;
	struct direct_options direct;
	const struct route *route;  // the servers for the name
};

// Writes why there is no reply, or no zone, of the server ("" for none).
static void write_failure(const struct direct_call *call, enum outcome outcome, const char *server, const char *why)
{
	const struct colours *colours = call->query->options->colours;
	char type[RRTYPE_TEXT_SIZE];
	FILE *out = call->query->out;
	rrtype_write(call->question.type, type);
	if (call->query->options->is_short) {
		problem_print("%s %s: %s%s%s", call->name, type, server, *server != '\0' ? ": " : "", why);
		return;
	}
	if (!call->query->options->json) {
		fputs("; ", out);
		text_escape(call->name, out);
		fprintf(
			out, " %s: %s%s%s%s%s\n\n", type, colours->bad, server, *server != '\0' ? ": " : "", why, colours->plain);
		return;
	}
	struct json json = json_open(out);
	message_text_write_question_json(call->name, call->question.class, call->question.type, &json);
	json_text(&json, "outcome", query_outcome_word(outcome));
	json_text(&json, "reason", why);
	json_text(&json, "server", *server != '\0' ? server : NULL);
	json_close(&json);
}

static struct direct_options direct_options_of(const struct query *query, const struct question_kind *kind)
{
	const struct query_options *options = query->options;
	const struct options *settings = &resolver_config(query->resolver)->options;
	return (struct direct_options){
		.stream = options->tcp || settings->use_vc,
		.no_recursion = options->no_recursion,
		.ad = settings->trust_ad,
		.checking_disabled = options->checking_disabled,
		.edns = (settings->edns0 && !settings->no_edns) || options->dnssec || options->payload != 0,
		.dnssec_ok = options->dnssec,
		.payload = options->payload,
		.mismatches = true,
		.timeout_ms = settings->timeout_ms != 0 ? settings->timeout_ms : settings->timeout * 1000,
		.serial = kind->serial,
	};
}

// False, after a message, if there is no server for the name.
static bool begin(
	struct direct_call *call, const struct query *query, const char *name, const struct question_kind *kind)
{
	*call = (struct direct_call){
		.query = query,
		.name = name,
		.question = {.class = kind->class, .type = kind->type},
		.direct = direct_options_of(query, kind),
	};
	if (!name_read(name, &call->question.name)) {
		write_failure(call, OUTCOME_NO_RECOVERY, "", "expected a domain name");
		return false;
	}
	const struct config *config = resolver_config(query->resolver);
	if (name_lists_find(&config->only, &call->question.name, kind->type) != LISTED) {
		write_failure(call, OUTCOME_NO_NAME, "", "only does not list this name with this type");
		return false;
	}
	call->route = config_find_route(config, &call->question.name);
	if (call->route->server_count > 0 && call->route->servers[0].kind == SERVER_ADDRESS)
		return true;
	write_failure(call, OUTCOME_TRY_AGAIN, "", "no server is configured for this name");
	return false;
}

// Properties of the reply for which a resolver would ignore it.
static void write_doubts(
	const struct direct_reply *reply, const struct listing *listing, const struct colours *colours, FILE *out)
{
	const struct {
		bool is_so;
		const char *text;
	} doubts[] = {
		{!reply->is_reply, "is not a reply: QR is clear or the opcode differs"},
		{!reply->id_matches, "has another id than the query"},
		{!reply->question_matches, "has another question than the query"},
		{listing->is_truncated && !reply->over_tcp, "is truncated: use --tcp for all of it"},
	};
	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		if (doubts[i].is_so)
			fprintf(out, "; %s%s%s\n", colours->bad, doubts[i].text, colours->plain);
}

static void write_reply(const struct direct_call *call, const struct direct_reply *reply, const struct listing *listing)
{
	const struct query_options *options = call->query->options;
	char server[ADDRESS_TEXT_SIZE];
	FILE *out = call->query->out;
	message_text_write(listing, options->colours, out);
	write_doubts(reply, listing, options->colours, out);
	if (options->hex) {
		message_text_write_hex("query", reply->query, reply->query_size, out);
		message_text_write_hex("reply", reply->message, reply->size, out);
	}
	fprintf(out, "; server %s %s, %.2f ms, %zu bytes\n\n", address_write_with_port(&reply->server, server),
		address_transport(&reply->server, reply->over_tcp), (double)reply->microseconds / 1000, reply->size);
}

static enum outcome outcome_of(const struct direct_reply *reply, const struct listing *listing)
{
	if (!reply->is_reply || !reply->id_matches || !reply->question_matches)
		return OUTCOME_TRY_AGAIN;
	return message_text_outcome(listing);
}

static void write_values(
	const struct direct_call *call, const struct direct_reply *reply, const struct listing *listing)
{
	const enum outcome outcome = outcome_of(reply, listing);
	char type[RRTYPE_TEXT_SIZE], rcode[RRTYPE_TEXT_SIZE];
	if (query_outcome_status(outcome) != QUERY_FAILED)
		message_text_write_values(listing, call->query->out);
	query_outcome_print_failure(call->name, rrtype_write(call->question.type, type), outcome,
		listing->rcode != RCODE_NOERROR ? rcode_write(listing->rcode, rcode) : "");
}

static void write_reply_json(
	const struct direct_call *call, const struct direct_reply *reply, const struct listing *listing)
{
	struct json json = json_open(call->query->out);
	char server[ADDRESS_TEXT_SIZE];
	message_text_write_question_json(call->name, call->question.class, call->question.type, &json);
	json_text(&json, "outcome", query_outcome_word(outcome_of(reply, listing)));
	json_text(&json, "server", address_write_with_port(&reply->server, server));
	json_text(&json, "transport", address_transport(&reply->server, reply->over_tcp));
	json_milliseconds(&json, "milliseconds", reply->microseconds);
	json_bool(&json, "is_reply", reply->is_reply);
	json_bool(&json, "id_matches", reply->id_matches);
	json_bool(&json, "question_matches", reply->question_matches);
	json_number(&json, "bytes", (int64_t)reply->size);
	json_begin(&json, "message", '{');
	message_text_write_json(listing, &json);
	json_end(&json, '}');
	if (call->query->options->hex) {
		message_text_write_hex_json("query_hex", reply->query, reply->query_size, &json);
		message_text_write_hex_json("hex", reply->message, reply->size, &json);
	}
	json_close(&json);
}

static int tell_reply(const struct direct_call *call, const struct direct_reply *reply)
{
	struct listing listing;
	if (!listing_read(reply->message, reply->size, &listing))
		return QUERY_FAILED;
	const struct query_options *options = call->query->options;
	(options->json ? write_reply_json : options->is_short ? write_values : write_reply)(call, reply, &listing);
	int status = query_outcome_status(outcome_of(reply, &listing));
	listing_clear(&listing);
	return status;
}

int query_direct_ask(const struct query *query, const char *name, const struct question_kind *kind)
{
	struct direct_call call;
	struct direct_reply reply;
	char server[ADDRESS_TEXT_SIZE];
	int status = QUERY_FAILED;
	if (!begin(&call, query, name, kind))
		return QUERY_FAILED;
	const struct address *address = &call.route->servers[0].address;
	if (direct_ask(address, &call.question, &call.direct, &reply))
		status = tell_reply(&call, &reply);
	else
		write_failure(&call, OUTCOME_TRY_AGAIN, address_write_with_port(address, server), error_text(reply.error));
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
	const struct query *query = context;
	const struct query_options *options = query->options;
	struct listing listing;
	if (!listing_read(message, size, &listing))
		return false;
	if (listing.rcode == RCODE_NOERROR)
		(options->json              ? write_records_json
				: options->is_short ? message_text_write_values
									: message_text_write_records)(&listing, query->out);
	if (options->hex && !options->json && !options->is_short)
		message_text_write_hex("message", message, size, query->out);
	listing_clear(&listing);
	return true;
}

// Asks one server; *is_begun: it sent records.
static int transfer_from(const struct direct_call *call, const struct address *address, bool *is_begun)
{
	const struct query *query = call->query;
	struct direct_transfer_result result;
	char server[ADDRESS_TEXT_SIZE];
	const struct direct_receiver receiver = {see_message, (void *)query};
	enum outcome outcome = direct_transfer(address, &call->question, &call->direct, &receiver, &result);
	if (outcome == OUTCOME_UNUSABLE)  // a part of the zone
		outcome = OUTCOME_TRY_AGAIN;
	*is_begun = result.records > 0;
	address_write_with_port(address, server);
	if (outcome != OUTCOME_FOUND)
		write_failure(call, outcome, server, result.text);
	else if (!query->options->json && !query->options->is_short)
		fprintf(query->out, "; server %s tcp, %.2f ms, %zu records in %zu message%s, %llu bytes\n\n", server,
			(double)result.microseconds / 1000, result.records, result.messages, result.messages == 1 ? "" : "s",
			(unsigned long long)result.bytes);
	return query_outcome_status(outcome);
}

int query_direct_transfer(const struct query *query, const char *name, const struct question_kind *kind)
{
	struct direct_call call;
	int status = QUERY_FAILED;
	bool is_begun = false;
	if (!begin(&call, query, name, kind))
		return QUERY_FAILED;
	// Records of two servers must not be mixed.
	for (size_t i = 0; i < call.route->server_count && status != QUERY_FOUND && !is_begun; i++)
		status = transfer_from(&call, &call.route->servers[i].address, &is_begun);
	return status;
}
