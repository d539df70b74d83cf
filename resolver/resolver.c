// SPDX-License-Identifier: MIT
#include "resolver/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/lookup_context.h"
#include "config/run.h"
#include "config/sync/bounded_lock.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/packet.h"
#include "resolver/fault_injection.h"
#include "resolver/observe.h"
#include "resolver/source/fault.h"
#include "resolver/source/hosts.h"
#include "resolver/source/inflight.h"
#include "resolver/source/recording.h"
#include "resolver/source/special.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream_request.h"
#include "resolver/source/zone_store.h"
#include "resolver/sources.h"

struct resolver {
	struct config config;
	struct sources sources;
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
	resolver->sources.faults = faults_open(&resolver->config, older ? older->sources.faults : NULL);
	if (resolver->sources.hosts && resolver->sources.upstream && resolver->sources.faults)
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
	faults_close(resolver->sources.faults);
	cached_upstream_close(resolver->sources.upstream);
	recording_close(resolver->sources.recording);
	hosts_close(resolver->sources.hosts);
	zone_store_close(resolver->sources.store);
	config_clear(&resolver->config);
	free(resolver);
}

bool resolver_owns(const struct resolver *resolver, const struct name *name)
{
	return zone_store_line(resolver->sources.store, name) != NULL;
}

bool resolver_decides(const struct resolver *resolver, const struct lookup_context *lookup, const struct name *name)
{
	return resolver_owns(resolver, name) || lookup_context_route(lookup, name) != lookup->default_route ||
		special_is_name(name);
}

bool resolver_decides_any(const struct resolver *resolver)
{
	return UNLIKELY(resolver->config.route_count > 1) || resolver->sources.store->node_count;
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

struct hosts *resolver_hosts(struct resolver *resolver)
{
	return resolver->sources.hosts;
}

const struct lookup_context *resolver_begin(const struct resolver *resolver, const struct lookup_context *lookup,
	const char *name, struct injected_lookup *room)
{
	if (LIKELY(!config_has_faults(&resolver->config)))
		return lookup;
	room->injection = (struct fault_injection){.faults = resolver->sources.faults};
	room->lookup = *lookup;
	room->lookup.fault_injection = &room->injection;
	if (name)
		room->lookup.is_listed = name_lists_have(&resolver->config.only, name);
	return &room->lookup;
}

// Answers in place of servers a message that `only` does not let out, and logs why.
COLD static void refuse(const struct lookup_context *lookup, const struct question *question, struct answer *answer)
{
	const struct program_query *query = lookup->program_query;
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
	fault_log(lookup, &plan, question, log_result_of_rcode(reply[3], rcode));
}

COLD static void observe_answers(const struct lookup_context *lookup, const struct question *questions, size_t count,
	const struct answer *answers, int64_t begun)
{
	for (size_t i = 0; i < count; i++)
		observe_answer(lookup, &questions[i], &answers[i], begun);
}

void resolver_answer(struct resolver *resolver, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers)
{
	const struct program_query *query = lookup->program_query;
	const int64_t begun = UNLIKELY(lookup->observe) ? clock_now() : 0;
	const bool is_altered = config_has_faults(&resolver->config) && sources_may_answer(lookup, &questions[0]);
	if (query && resolver->config.only.count > 0 && !packet_is_plain_query(query->bytes, query->size))
		refuse(lookup, &questions[0], &answers[0]);
	else if (is_altered)
		fault_injection_answer(&resolver->sources, lookup, questions, count, answers);
	else
		sources_answer(&resolver->sources, lookup, questions, count, answers);
	if (query && is_altered && answers[0].message)
		memcpy(answers[0].message, query->bytes, 2);  // the id: the program expects that of its query
	if (UNLIKELY(lookup->on_reply) && answers[0].message)
		lookup->on_reply(lookup->context, answers[0].message, answers[0].message_size, answers[0].over_tcp);
	if (lookup->observe)
		observe_answers(lookup, questions, count, answers, begun);
}

struct resolver_mark resolver_mark(void)
{
	return (struct resolver_mark){channel_newest(), inflight_mark(), bounded_lock_mark(), run_mark()};
}

void resolver_abandon(const struct resolver_mark *mark)
{
	channels_close_newer(mark->channel);
	run_abandon(mark->run);
	inflight_abandon(mark->inflight_query);
	bounded_lock_abandon(mark->lock);
}
