// SPDX-License-Identifier: MIT
#include "resolver/responder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "config/nsswitch.h"
#include "resolver/dns/client_query.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/server_reply.h"
#include "resolver/dns/wire.h"
#include "resolver/fault_injection.h"
#include "resolver/fault_plan.h"
#include "resolver/message_lookup.h"
#include "resolver/reasons.h"
#include "resolver/resolver.h"

// One query while it is answered.
struct response {
	struct resolver *resolver;
	const struct responder_request *request;
	struct client_query query;
	struct options options;  // of the configuration, as the query changes them
	struct lookup_context lookup;
	struct injected_lookup room;
	bool would_wait;
	struct answer answer;
	struct server_reply reply;
};

// The servers are asked with EDNS, so that one cached reply serves clients with and without it.
static void set_options(struct response *response)
{
	const struct client_query *query = &response->query;
	struct options *options = &response->options;
	*options = resolver_config(response->resolver)->options;
	options->edns0 = true;
	options->dnssec_ok = query->dnssec_ok;
	options->checking_disabled = query->flags & FLAG_CD;
	options->no_recursion = !(query->flags & FLAG_RD);
	options->ignore_truncation = false;
}

static uint16_t rcode_of(enum outcome outcome)
{
	if (outcome == OUTCOME_NO_NAME)
		return RCODE_NXDOMAIN;
	return outcome == OUTCOME_FOUND || outcome == OUTCOME_NO_DATA ? RCODE_NOERROR : RCODE_SERVFAIL;
}

// Asks libc, and makes its reply the answer's message. libc gives no reply that is negative.
static void ask_libc(struct response *response)
{
	const struct question *question = &response->query.question;
	struct answer *answer = &response->answer;
	enum outcome outcome;
	size_t size;
	uint8_t *message = response->request->ask_libc(response->request, question, &size, &outcome);
	if (!message)
		*answer = (struct answer){.outcome = outcome, .rcode = rcode_of(outcome)};
	else if (!packet_repeats_question(message, size, question) || !packet_keep(message, size, answer))
		*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_SERVFAIL};
	answer->source = SOURCE_SYSTEM;
	free(message);
}

static bool is_answered(const struct answer *answer)
{
	return answer->outcome != OUTCOME_ERROR && !answer_has_no_reply(answer);
}

// AD means that the data were authenticated (RFC 6840 5.7, 5.8).
static bool keeps_ad(const struct response *response)
{
	return response->options.trust_ad && (response->query.dnssec_ok || response->query.flags & FLAG_AD);
}

static void write_reply(struct response *response)
{
	struct server_reply *reply = &response->reply;
	const struct answer *answer = &response->answer;
	if (response->room.injection.spoils)
		reply->size =
			fault_write_reply(response->room.injection.spoils, &reply->query->question, reply->query->id, reply->bytes);
	else if (response->room.injection.truncates && response->request->is_datagram)
		server_reply_write_truncated(reply, answer->rcode);
	else if (is_answered(answer) && !answer->message)
		server_reply_write_answer(reply, answer);
	else if (!is_answered(answer) || !server_reply_write_message(reply, answer, keeps_ad(response)))
		server_reply_write_error(reply, RCODE_SERVFAIL);
}

// A client must not be sent a reply for a lookup that a fault lets time out.
static bool is_withheld(const struct answer *answer)
{
	return answer->source == SOURCE_FAULT && answer_has_no_reply(answer);
}

static struct log_result result_of(const struct response *response, char *rcode)
{
	const struct answer *answer = &response->answer;
	if (is_withheld(answer))
		return log_result_of_error(ETIMEDOUT);
	if (response->room.injection.spoils)
		return (struct log_result){.code = RESULT_MALFORMED};
	return log_result_of_rcode(is_answered(answer) ? answer->rcode : RCODE_SERVFAIL, rcode);
}

NOINLINE_LARGE_FRAME static void log_response(
	const struct response *response, const struct reasons *reasons, int64_t begun)
{
	const struct answer *answer = &response->answer;
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], rcode[RRTYPE_TEXT_SIZE], server[ADDRESS_TEXT_SIZE];
	char arguments[128], records[MESSAGE_LOOKUP_RECORDS_SIZE], reason[REASONS_TEXT_SIZE];
	rrtype_write(response->query.question.type, type);
	name_write(&response->query.question.name, name);
	const struct log_event event = {
		.kind = EVENT_CALL,
		.call = "query",
		.name = name,
		.arguments = strbuf_join(
			arguments, sizeof(arguments), LOG_TYPE_ARGUMENT, type, " ", response->request->client->arguments),
		.source = answer->source,
		.server = answer->source == SOURCE_SERVER ? address_write_with_port(&answer->server, server) : NULL,
		.transport = answer->source == SOURCE_SERVER ? address_transport(&answer->server, answer->over_tcp) : NULL,
		.result = result_of(response, rcode),
		.records = *message_lookup_write_records(answer, response->query.question.type, records) ? records : NULL,
		.reason = is_answered(answer) || !reasons ? NULL : reasons_write(reasons, name, reason),
		.microseconds = clock_now() - begun,
	};
	lookup_context_log(&response->lookup, &event);
}

// Looks the question up, and asks libc where it is routed there.
static void find_answer(struct response *response)
{
	resolver_answer(response->resolver, &response->lookup, &response->query.question, 1, &response->answer);
	if (response->answer.outcome != OUTCOME_SYSTEM)
		return;
	response->would_wait |= !response->request->may_wait;
	if (!response->would_wait)
		ask_libc(response);
}

// Without memory for the reasons of a failure the log has none.
static void find_and_log_answer(struct response *response)
{
	struct reasons *reasons = malloc(sizeof(*reasons));
	const int64_t begun = clock_now();
	if (reasons) {
		reasons_begin(reasons);
		response->lookup.observe = reasons_note;
		response->lookup.observer = reasons;
	}
	find_answer(response);
	response->lookup.observe = NULL;
	if (!response->would_wait)
		log_response(response, reasons, begun);
	free(reasons);
}

static struct lookup_context begin(struct response *response)
{
	struct lookup_context lookup = lookup_context_of_config(resolver_config(response->resolver));
	set_options(response);
	lookup.options = &response->options;
	lookup.as_packets = true;
	lookup.asks_hosts = nsswitch_has_service(lookup.services, NAME_SERVICE_FILES);
	lookup.process = response->request->client->process.pid ? &response->request->client->process : NULL;
	if (!response->request->may_wait)
		lookup.would_wait = &response->would_wait;
	lookup_context_start(&lookup, clock_now());
	const struct lookup_context injected = *resolver_begin(response->resolver, &lookup, NULL, &response->room);
	response->room.injection.sends_replies = true;
	return injected;
}

static size_t size_most(const struct responder_request *request, const struct client_query *query)
{
	if (!request->is_datagram)
		return RESPONDER_REPLY_MAX;
	return query->payload < PACKET_EDNS_PAYLOAD ? query->payload : PACKET_EDNS_PAYLOAD;
}

enum responder_result responder_answer(
	struct resolver *resolver, const struct responder_request *request, uint8_t *reply, size_t *size)
{
	struct response response = {.resolver = resolver, .request = request};
	if (!client_query_read(request->message, request->size, &response.query))
		return RESPONDER_NO_REPLY;
	response.reply = (struct server_reply){&response.query, reply, 0, size_most(request, &response.query), false};
	if (response.query.error) {
		server_reply_write_error(&response.reply, response.query.error);
		*size = response.reply.size;
		return RESPONDER_REPLY;
	}
	// Faults count the lookups that they apply to: each query may be tried only once.
	if (!request->may_wait && config_has_faults(resolver_config(resolver)))
		return RESPONDER_WOULD_WAIT;
	response.lookup = begin(&response);
	(config_is_logged(resolver_config(resolver)) ? find_and_log_answer : find_answer)(&response);
	const bool is_reply = !response.would_wait && !is_withheld(&response.answer);
	if (is_reply)
		write_reply(&response);
	*size = response.reply.size;
	answer_clear(&response.answer);
	return is_reply ? RESPONDER_REPLY : response.would_wait ? RESPONDER_WOULD_WAIT : RESPONDER_NO_REPLY;
}

size_t responder_refuse(const struct responder_request *request, uint16_t rcode, uint8_t *reply)
{
	struct client_query query;
	if (!client_query_read(request->message, request->size, &query))
		return 0;
	struct server_reply refusal = {&query, reply, 0, PACKET_PLAIN_PAYLOAD, false};
	server_reply_write_error(&refusal, query.error ? query.error : rcode);
	return refusal.size;
}
