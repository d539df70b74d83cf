// SPDX-License-Identifier: MIT
#include "resolver/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/lookup_context.h"
#include "config/run.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_edit.h"
#include "resolver/dns/packet_write.h"
#include "resolver/fault_injection.h"
#include "resolver/fault_plan.h"
#include "resolver/observe.h"
#include "resolver/source/cache.h"
#include "resolver/source/fault.h"
#include "resolver/source/hosts.h"
#include "resolver/source/inflight.h"
#include "resolver/source/recording.h"
#include "resolver/source/special.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/zone_load.h"
#include "resolver/source/zone_store.h"
#include "resolver/sources.h"

struct resolver {
	struct config config;
	struct sources sources;
	struct faults *faults;
};

struct resolver *resolver_open(
	const struct environment *environment, const struct resolver *older, struct config_error *error)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		goto no_memory;
	if (!config_load(environment, older ? &older->config : NULL, &resolver->config, error))
		goto failed;
	resolver->sources.store = zone_load(&resolver->config, error);
	if (!resolver->sources.store)
		goto failed;
	resolver->sources.hosts = hosts_open(resolver->config.hosts_path);
	if (resolver->sources.hosts && resolver->config.hosts_named && !hosts_require(resolver->sources.hosts)) {
		const struct config_file_place place = {.what = "hosts ", .path = resolver->config.hosts_path};
		config_error_set(error, &place, "expected a file that can be read", errno);
		goto failed;
	}
	resolver->sources.recording = resolver->config.recording_path ? recording_open(&resolver->config, error) : NULL;
	if (resolver->config.recording_path && !resolver->sources.recording)
		goto failed;
	resolver->sources.upstream =
		cached_upstream_open(&resolver->config, resolver->sources.recording, older ? older->sources.upstream : NULL);
	resolver->faults = faults_open(&resolver->config, older ? older->faults : NULL);
	if (resolver->sources.hosts && resolver->sources.upstream && resolver->faults)
		return resolver;
no_memory:
	config_error_set(error, NULL, NULL, ENOMEM);
failed:
	resolver_close(resolver);
	return NULL;
}

void resolver_close(struct resolver *resolver)
{
	if (!resolver)
		return;
	faults_close(resolver->faults);
	cached_upstream_close(resolver->sources.upstream);
	recording_close(resolver->sources.recording);
	hosts_close(resolver->sources.hosts);
	zone_store_close(resolver->sources.store);
	config_clear(&resolver->config);
	free(resolver);
}

bool resolver_owns(const struct resolver *resolver, const struct name *name)
{
	return zone_store_owns(resolver->sources.store, name);
}

bool resolver_decides(const struct resolver *resolver, const struct lookup_context *lookup, const struct name *name)
{
	return resolver_owns(resolver, name) || lookup_context_route(lookup, name) != lookup->default_route ||
		special_is_name(name);
}

bool resolver_decides_any(const struct resolver *resolver)
{
	return resolver->config.route_count > 1 || !zone_store_is_empty(resolver->sources.store);
}

bool resolver_is_stale(const struct resolver *resolver)
{
	return resolver_files(resolver).is_stale;
}

struct file_stamp_sum resolver_files(const struct resolver *resolver)
{
	struct file_stamp_sum sum = {.hash = 0};
	config_sum(&resolver->config, &sum);
	zone_store_sum(resolver->sources.store, &sum);
	hosts_sum(resolver->sources.hosts, &sum);
	return sum;
}

int resolver_recording_failure(const struct resolver *resolver)
{
	return recording_failure(resolver->sources.recording);
}

const struct config *resolver_config(const struct resolver *resolver)
{
	return &resolver->config;
}

struct faults *resolver_faults(struct resolver *resolver)
{
	return resolver->faults;
}

struct hosts *resolver_hosts(struct resolver *resolver)
{
	return resolver->sources.hosts;
}

static bool is_without_aaaa(const struct lookup_context *lookup, const struct question *question)
{
	return lookup->options->no_aaaa && question->type == RRTYPE_AAAA && question->class == RRCLASS_IN;
}

// With no-aaaa a query for A records determines whether the name exists. Removes its records; a program that parses the
// message gets its own question and the rcode.
static void hide_ipv4(const struct question *question, struct answer *answer)
{
	if (answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_UNUSABLE)
		answer->outcome = OUTCOME_NO_DATA;
	answer->record_count = 0;
	if (answer->message)
		packet_edit_strip(answer->message, answer->message_size, question);
}

// As in glibc, the substitute query of a program that parses messages has no EDNS.
static void answer_without_aaaa(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct question ipv4 = {question->name, RRTYPE_A, question->class};
	struct options options = *lookup->options;
	struct lookup_context plain = *lookup;
	options.edns0 = options.dnssec_ok = false;
	plain.options = &options;
	sources_answer(sources, lookup->as_packets ? &plain : lookup, &ipv4, 1, answer);
	hide_ipv4(question, answer);
}

static void pass_message(const struct lookup_context *lookup, const struct answer *answer)
{
	if (lookup->as_packets && lookup->on_reply && answer->message)
		lookup->on_reply(lookup->context, answer->message, answer->message_size, answer->over_tcp);
}

// Has the type of the member answer of struct real_resolver; context is the sources.
static void answer_for_real(const void *context, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers)
{
	const struct sources *sources = context;
	if (count == 1 && is_without_aaaa(lookup, &questions[0])) {
		answer_without_aaaa(sources, lookup, &questions[0], &answers[0]);
		return;
	}
	sources_answer(sources, lookup, questions, count, answers);
	if (!lookup->as_packets)
		sources_finish_chains(sources, lookup, questions, count, answers);
	else if (sources_is_configured(&answers[0]))
		sources_finish_packet(sources, lookup, &questions[0], &answers[0]);
}

void resolver_answer(struct resolver *resolver, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers)
{
	const struct real_resolver real = {resolver->faults, answer_for_real, &resolver->sources};
	const int64_t begun = lookup->observe ? clock_now() : 0;
	if (config_has_faults(&resolver->config))
		fault_injection_answer(&real, lookup, questions, count, answers);
	else
		answer_for_real(real.context, lookup, questions, count, answers);
	pass_message(lookup, &answers[0]);
	for (size_t i = 0; lookup->observe && i < count; i++)
		observe_answer(lookup, &questions[i], &answers[i], begun);
}

// Context of send_for_real.
struct sending {
	const struct sources *sources;
	const struct program_query *query;
};

static void send_unchanged(const struct sources *sources, const struct lookup_context *lookup,
	const struct program_query *query, struct answer *answer)
{
	sources_send(sources, lookup, query, answer);
	if (sources_is_configured(answer))
		sources_finish_packet(sources, lookup, &query->question, answer);
}

// no-aaaa: sends the query for A records instead. The program gets header and question of the reply.
static void send_without_aaaa(const struct sources *sources, const struct lookup_context *lookup,
	const struct program_query *query, struct answer *answer)
{
	uint8_t bytes[PACKET_QUERY_MAX];
	struct program_query replaced = {.bytes = bytes, .opcode = query->opcode, .question = query->question};
	replaced.question.type = RRTYPE_A;
	replaced.size = packet_write_replacement(query->bytes, &replaced.question, bytes);
	send_unchanged(sources, lookup, &replaced, answer);
	hide_ipv4(&query->question, answer);
	const size_t end = packet_question_end(&query->question);
	if (answer->message_size > end)
		answer->message_size = end;
}

static void send_for_real(const void *context, const struct lookup_context *lookup, const struct question *question,
	size_t count, struct answer *answer)
{
	const struct sending *sending = context;
	(void)count;
	if (program_query_is_standard(sending->query) && is_without_aaaa(lookup, question))
		send_without_aaaa(sending->sources, lookup, sending->query, answer);
	else
		send_unchanged(sending->sources, lookup, sending->query, answer);
}

// Answers in place of servers a message that `only` does not let out, and logs why.
static void refuse(const struct lookup_context *lookup, const struct program_query *query, struct answer *answer)
{
	const bool is_standard = query->opcode == 0;
	const struct fault_plan plan = {
		.fault = is_standard ? &fault_unlisted_message : &fault_unlisted_opcode,
		.begun = clock_now(),
	};
	uint8_t reply[PACKET_HEADER_SIZE] = {0};
	char rcode[RRTYPE_TEXT_SIZE];
	memcpy(reply, query->bytes, 3);
	reply[2] = (uint8_t)((reply[2] & (FLAG_OPCODE | FLAG_RD) >> 8) | FLAG_QR >> 8);
	reply[3] = is_standard ? RCODE_FORMERR : RCODE_NOTIMP;
	*answer = (struct answer){.outcome = OUTCOME_ERROR, .error = ENOMEM};
	packet_keep(reply, sizeof(reply), answer);
	answer->source = SOURCE_FAULT;
	fault_log(lookup, &plan, &query->question, log_result_of_rcode(reply[3], rcode));
}

void resolver_send(struct resolver *resolver, const struct lookup_context *lookup, const struct program_query *query,
	struct answer *answer)
{
	const struct sending sending = {&resolver->sources, query};
	const struct real_resolver real = {resolver->faults, send_for_real, &sending};
	const int64_t begun = lookup->observe ? clock_now() : 0;
	const bool is_altered = config_has_faults(&resolver->config) && program_query_is_standard(query);
	if (resolver->config.only.count > 0 && !packet_is_plain_query(query->bytes, query->size))
		refuse(lookup, query, answer);
	else if (is_altered)
		fault_injection_answer(&real, lookup, &query->question, 1, answer);
	else
		send_for_real(&sending, lookup, &query->question, 1, answer);
	if (is_altered && answer->message)
		memcpy(answer->message, query->bytes, 2);  // the id: the program expects that of its query
	if (lookup->observe)
		observe_answer(lookup, &query->question, answer, begun);
}

struct resolver_mark resolver_mark(void)
{
	return (struct resolver_mark){channel_newest(), inflight_mark(), cache_mark(), run_mark()};
}

void resolver_abandon(const struct resolver_mark *mark)
{
	channels_close_newer(mark->channel);
	run_abandon(mark->run);
	inflight_abandon(mark->inflight_query);
	cache_abandon(mark->cache);
}
