// SPDX-License-Identifier: MIT
#include "shim/call_log.h"

#include <arpa/nameser.h>
#include <errno.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/rrtype.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "resolver/lookup.h"
#include "resolver/message_lookup.h"
#include "resolver/reasons.h"
#include "shim/notice.h"
#include "shim/shim.h"

// As many addresses as fit; the log cuts long lines anyway.
static const char *write_addresses(const struct host *host, char *text, size_t size)
{
	struct strbuf list = {.bytes = text, .size = size};
	for (size_t i = 0; i < host->address_count; i++)
		address_append(&host->addresses[i], &list);
	return strbuf_end(&list);
}

// The domain of the route of the name, in text (NAME_TEXT_SIZE bytes); NULL for the default route. For a searched name
// it is the route of the name without a search domain.
static const char *rule_of(const struct shim_call *call, const char *spelled, char *text)
{
	struct address address;
	struct name name;
	if (call->is_reverse && address_read(spelled, &address))
		name = name_of_address(&address);
	else if (!name_read(spelled, &name))
		return NULL;
	return lookup_context_rule(&call->lookup, &name, text);
}

void call_log_explain(const struct shim_call *call, const char *reason)
{
	if (call->reasons)
		reasons_note(call->reasons, &(struct log_event){.kind = EVENT_ANSWER, .result = {.text = reason}});
}

// Why a call failed, in text (REASONS_TEXT_SIZE bytes); NULL if it did not, or if unknown. A result that did not fit
// the program's buffer was found, so it has no reason.
static const char *reason_of(
	const struct shim_call *call, const struct host *host, const struct log_event *event, char *text)
{
	const bool is_found = call->is_reverse ? host->name != NULL : host->address_count > 0;
	const char *result = event->result.text;
	if (!call->reasons || is_found || !result || strcmp(result, LOG_SUCCESS) == 0)
		return NULL;
	return reasons_write(call->reasons, call->is_reverse ? NULL : event->name, text);
}

// Writes the event after adding to it what is the same for all calls.
static void write_event(const struct shim_call *call, const struct host *host, struct log_event *event)
{
	char addresses[1024], server[ADDRESS_TEXT_SIZE], rule[NAME_TEXT_SIZE], reason[REASONS_TEXT_SIZE];
	const struct config *config = call->lookup.config;
	event->kind = EVENT_CALL;
	event->call = call->function;
	event->source = host->source;
	event->rule = answer_source_is_routed(host->source) ? rule_of(call, event->name, rule) : NULL;
	event->reason = reason_of(call, host, event, reason);
	event->microseconds = clock_now() - call->started;
	if (call->is_reverse)
		event->names = host->name;
	else if (host->address_count)
		event->addresses = write_addresses(host, addresses, sizeof(addresses));
	if (host->source == SOURCE_SERVER) {
		event->server = address_write_with_port(&host->server, server);
		event->transport = address_transport(&host->server, host->over_tcp);
	}
	const int failure = config_log(config, event);
	if (failure)
		notice_unwritable(NOTICE_LOG, config->log.path, failure);
}

void call_log_host(
	const struct shim_call *call, const char *name, const char *arguments, const struct host *host, const char *result)
{
	if (!shim_is_logged(call))
		return;
	struct log_event event = {.name = name, .arguments = arguments, .result = {.text = result}};
	write_event(call, host, &event);
}

static void write_message_event(
	const struct shim_call *call, int type, const struct answer *answer, struct log_event *event)
{
	char arguments[RRTYPE_TEXT_SIZE + 8], text[RRTYPE_TEXT_SIZE], rcode[RRTYPE_TEXT_SIZE];
	const struct host host = {.source = answer->source, .server = answer->server, .over_tcp = answer->over_tcp};
	const uint8_t *message = answer->message;
	uint16_t counts[3];
	if (message && answer->message_size >= NS_HFIXEDSZ) {
		for (size_t i = 0; i < 3; i++)
			counts[i] = (uint16_t)(message[6 + 2 * i] << 8 | message[7 + 2 * i]);
		event->rcode = rcode_write(answer->rcode, rcode);
		event->counts = counts;
	}
	stpcpy(stpcpy(arguments, LOG_TYPE_ARGUMENT), rrtype_write((uint16_t)type, text));
	event->arguments = type ? arguments : NULL;
	write_event(call, &host, event);
}

void call_log_message(
	const struct shim_call *call, const char *name, int type, const struct answer *answer, const char *result)
{
	char records[MESSAGE_LOOKUP_RECORDS_SIZE] = "";
	if (!shim_is_logged(call))
		return;
	const int saved = errno;
	message_lookup_write_records(answer, (uint16_t)type, records);
	errno = saved;
	struct log_event event = {.name = name, .result = {.text = result}, .records = *records ? records : NULL};
	write_message_event(call, type, answer, &event);
}
