// SPDX-License-Identifier: MIT
#include "resolver/observe.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/log.h"
#include "config/lookup_context.h"
#include "resolver/dns/host.h"

#define ADDRESSES_SIZE 1024

static void report(const struct lookup_context *lookup, const struct log_event *event)
{
	lookup->observe(lookup->observer, event);
}

// The result of an answer with neither data nor a denial. ESRCH: a program removed all servers from its resolver state.
static struct log_result failure_of(const struct answer *answer, char *rcode)
{
	if (answer->rcode != RCODE_NOERROR)
		return log_result_of_rcode(answer->rcode, rcode);
	if (answer->is_lame)
		return (struct log_result){.code = RESULT_LAME};
	if (answer->error == ESRCH)
		return (struct log_result){.code = RESULT_NO_SERVER};
	return answer->error ? log_result_of_error(answer->error) : (struct log_result){.code = RESULT_NO_ANSWER};
}

static struct log_result result_of(const struct answer *answer, char *rcode)
{
	static const enum log_result_code codes[] = {
		[OUTCOME_FOUND] = RESULT_NOERROR,
		[OUTCOME_NO_NAME] = RESULT_NXDOMAIN,
		[OUTCOME_NO_DATA] = RESULT_NODATA,
		[OUTCOME_UNUSABLE] = RESULT_UNUSABLE,
		[OUTCOME_SYSTEM] = RESULT_SYSTEM,
		[OUTCOME_ERROR] = RESULT_TEXT,
	};
	const enum log_result_code code = codes[answer->outcome];
	return code == RESULT_TEXT ? failure_of(answer, rcode) : (struct log_result){.code = code};
}

static const char *write_addresses(const struct answer *answer, char *text)
{
	struct strbuf line = {.bytes = text, .size = ADDRESSES_SIZE};
	struct address address;
	for (size_t i = 0; i < answer->record_count; i++)
		if (answer_address(answer, &answer->records[i], &address))
			address_append(&address, &line);
	return line.used ? strbuf_end(&line) : NULL;
}

// The texts of an event. Allocated, since they are too large for small stacks.
struct texts {
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], rcode[RRTYPE_TEXT_SIZE], rule[NAME_TEXT_SIZE];
	char server[ADDRESS_TEXT_SIZE], addresses[ADDRESSES_SIZE];
};

static void report_answer(struct texts *texts, const struct lookup_context *lookup, const struct question *question,
	const struct answer *answer, int64_t begun)
{
	const bool is_server = answer->source == SOURCE_SERVER;
	const bool is_routed = answer->source == SOURCE_UNSET || answer_source_is_routed(answer->source);
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name_write(&question->name, texts->name),
		.type = rrtype_write(question->type, texts->type),
		.source = answer->source,
		.server = is_server ? address_write_with_port(&answer->server, texts->server) : NULL,
		.transport = is_server ? address_transport(&answer->server, answer->over_tcp) : NULL,
		.rule = is_routed ? lookup_context_rule(lookup, &question->name, texts->rule) : NULL,
		.result = result_of(answer, texts->rcode),
		.addresses = write_addresses(answer, texts->addresses),
		.microseconds = clock_now() - begun,
	};
	report(lookup, &event);
}

void observe_answer(
	const struct lookup_context *lookup, const struct question *question, const struct answer *answer, int64_t begun)
{
	const int saved = errno;
	struct texts *texts = malloc(sizeof(*texts));
	if (texts)
		report_answer(texts, lookup, question, answer, begun);
	free(texts);
	errno = saved;
}

static struct log_result hosts_result(enum outcome outcome, const struct host *host)
{
	if (outcome == OUTCOME_FOUND)
		return (struct log_result){.code = RESULT_NOERROR};
	if (outcome == OUTCOME_ERROR)
		return log_result_of_error(host->error);
	return (struct log_result){.code = RESULT_NO_ENTRY};
}

void observe_hosts(
	const struct lookup_context *lookup, const char *name, uint16_t type, enum outcome outcome, const struct host *host)
{
	char type_text[RRTYPE_TEXT_SIZE], addresses[ADDRESSES_SIZE];
	struct strbuf line = {.bytes = addresses, .size = sizeof(addresses)};
	if (!lookup->config->hosts_path)  // `hosts none`
		return;
	for (size_t i = 0; i < host->address_count; i++)
		address_append(&host->addresses[i], &line);
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name,
		.type = type ? rrtype_write(type, type_text) : NULL,
		.source = SOURCE_HOSTS,
		.result = hosts_result(outcome, host),
		.addresses = line.used ? strbuf_end(&line) : NULL,
		.names = type == RRTYPE_PTR ? host->name : NULL,
		.microseconds = -1,
	};
	report(lookup, &event);
}

void observe_no_hostname(const struct lookup_context *lookup, const char *name, uint16_t type)
{
	char type_text[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_ANSWER,
		.name = name,
		.type = rrtype_write(type, type_text),
		.result = {.code = RESULT_NO_HOSTNAME},
		.microseconds = -1,
	};
	report(lookup, &event);
}

void observe_shared(
	const struct lookup_context *lookup, const struct question *question, bool is_answered, int64_t begun)
{
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE];
	const struct log_event event = {
		.kind = EVENT_SHARED,
		.name = name_write(&question->name, name),
		.type = rrtype_write(question->type, type),
		.result = {.code = is_answered ? RESULT_ANSWERED : RESULT_NO_ANSWER},
		.microseconds = clock_now() - begun,
	};
	report(lookup, &event);
}
