// SPDX-License-Identifier: MIT
#include "resolver/observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/config.h"
#include "config/log.h"
#include "config/lookup_context.h"
#include "resolver/dns/host.h"

#define ADDRESSES_SIZE 1024

static void tell(const struct lookup_context *lookup, const struct log_event *event)
{
	lookup->observe(lookup->observer, event);
}

// Why there is no verdict. ESRCH: a program can leave itself no server at all, in its resolver state.
static const char *why_none(const struct answer *answer, char *rcode)
{
	if (answer->rcode != RCODE_NOERROR)
		return rcode_write(answer->rcode, rcode);
	if (answer->is_lame)
		return "lame";
	if (answer->error == ESRCH)
		return "no server";
	return answer->error ? error_text(answer->error) : "no answer";
}

static const char *result_of(const struct answer *answer, char *rcode)
{
	switch (answer->outcome) {
	case OUTCOME_FOUND:
		return "NOERROR";
	case OUTCOME_NO_NAME:
		return "NXDOMAIN";
	case OUTCOME_NO_DATA:
		return "NODATA";
	case OUTCOME_UNUSABLE:
		return "unusable answer";
	case OUTCOME_SYSTEM:
		return "system";
	default:
		return why_none(answer, rcode);
	}
}

// Adds one more address behind those of text, as far as there is room.
static void add_address(char *text, size_t size, const struct address *address)
{
	const size_t length = strlen(text);
	if (length + 1 + ADDRESS_TEXT_SIZE > size)
		return;
	if (length)
		text[length] = ' ';
	address_write(address, text + length + (length > 0));
}

static const char *write_addresses(const struct answer *answer, char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0; i < answer->record_count; i++) {
		struct address address;
		if (answer_address(answer, &answer->records[i], &address))
			add_address(text, size, &address);
	}
	return *text ? text : NULL;
}

static const char *rule_of(
	const struct lookup_context *lookup, const struct question *question, const struct answer *answer, char *text)
{
	const enum answer_source source = answer->source;
	const bool is_routed = source == SOURCE_NOBODY || source == SOURCE_CACHE || source == SOURCE_SERVER ||
		source == SOURCE_SYSTEM || source == SOURCE_NONE;
	const struct route *route = lookup_context_route(lookup, &question->name);
	return is_routed && route != lookup->plain ? name_write(&route->domain, text) : NULL;
}

// What an event points to: allocated, since lookups are made on the smallest of stacks too.
struct texts {
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], rcode[RRTYPE_TEXT_SIZE], rule[NAME_TEXT_SIZE];
	char server[ADDRESS_TEXT_SIZE], addresses[ADDRESSES_SIZE];
};

static void tell_answer(struct texts *texts, const struct lookup_context *lookup, const struct question *question,
	const struct answer *answer, int64_t begun)
{
	const bool is_server = answer->source == SOURCE_SERVER;
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name_write(&question->name, texts->name),
		.type = rrtype_write(question->type, texts->type),
		.source = answer->source,
		.server = is_server ? address_write_with_port(&answer->server, texts->server) : NULL,
		.transport = is_server ? answer->over_tcp ? "tcp" : "udp" : NULL,
		.rule = rule_of(lookup, question, answer, texts->rule),
		.result = result_of(answer, texts->rcode),
		.addresses = write_addresses(answer, texts->addresses, sizeof(texts->addresses)),
		.microseconds = clock_now() - begun,
	};
	tell(lookup, &event);
}

void observe_answer(
	const struct lookup_context *lookup, const struct question *question, const struct answer *answer, int64_t begun)
{
	const int saved = errno;
	struct texts *texts = malloc(sizeof(*texts));
	if (texts)
		tell_answer(texts, lookup, question, answer, begun);
	free(texts);
	errno = saved;
}

static const char *hosts_result(enum outcome outcome, const struct host *host)
{
	if (outcome == OUTCOME_FOUND)
		return "NOERROR";
	return outcome == OUTCOME_ERROR ? error_text(host->error) : "no entry";
}

void observe_hosts(
	const struct lookup_context *lookup, const char *name, uint16_t type, enum outcome outcome, const struct host *host)
{
	char type_text[RRTYPE_TEXT_SIZE], addresses[ADDRESSES_SIZE];
	if (!lookup->config->hosts_path)  // `hosts none`
		return;
	addresses[0] = '\0';
	for (size_t i = 0; i < host->address_count; i++)
		add_address(addresses, sizeof(addresses), &host->addresses[i]);
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name,
		.type = type ? rrtype_write(type, type_text) : NULL,
		.source = SOURCE_HOSTS,
		.result = hosts_result(outcome, host),
		.addresses = *addresses ? addresses : NULL,
		.names = type == RRTYPE_PTR ? host->name : NULL,
		.microseconds = -1,
	};
	tell(lookup, &event);
}

void observe_no_hostname(const struct lookup_context *lookup, const char *name, uint16_t type)
{
	char type_text[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name,
		.type = rrtype_write(type, type_text),
		.result = "no hostname",
		.microseconds = -1,
	};
	tell(lookup, &event);
}

void observe_shared(
	const struct lookup_context *lookup, const struct question *question, bool is_answered, int64_t begun)
{
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_SHARED,
		.name = name_write(&question->name, name),
		.type = rrtype_write(question->type, type),
		.result = is_answered ? "answered" : "no answer",
		.microseconds = clock_now() - begun,
	};
	tell(lookup, &event);
}
