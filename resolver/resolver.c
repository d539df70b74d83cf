// SPDX-License-Identifier: MIT
#include "resolver/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/config_load.h"
#include "config/lookup_context.h"
#include "config/run.h"
#include "config/sync/frame.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/host.h"
#include "resolver/dns/packet.h"
#include "resolver/dry_run.h"
#include "resolver/fault_injection.h"
#include "resolver/observe.h"
#include "resolver/source/cache.h"
#include "resolver/source/fault.h"
#include "resolver/source/hosts.h"
#include "resolver/source/inflight.h"
#include "resolver/source/special.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream_request.h"
#include "resolver/source/zone_answer.h"
#include "resolver/source/zone_store.h"

// The maximum number of additional queries to follow one CNAME chain.
#define FOLLOWED_MAX 16

struct resolver {
	struct config config;
	struct zone_store *store;
	struct hosts *hosts;
	struct cached_upstream *upstream;
	struct faults *faults;
};

static void fail_hosts(const struct config *config, struct config_error *error)
{
	struct strbuf out = {.bytes = error->text, .size = sizeof(error->text)};
	error->reason = errno == ENOMEM ? ENOMEM : 0;
	strbuf_add(&out, "hosts ");
	strbuf_add_escaped(&out, config->hosts_path, ESCAPE_TEXT, CONFIG_ERROR_SIZE / 2);
	strbuf_add(&out, ": expected a file that can be read: ");
	strbuf_add(&out, error_text(errno));
	strbuf_end(&out);
}

struct resolver *resolver_open(
	const struct environment *environment, const struct resolver *older, struct config_error *error)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		goto no_memory;
	if (!config_load_again(environment, older ? &older->config : NULL, &resolver->config, error))
		goto failed;
	resolver->store = zone_store_open(&resolver->config, error);
	if (!resolver->store)
		goto failed;
	resolver->hosts = hosts_open(resolver->config.hosts_path);
	if (resolver->hosts && resolver->config.hosts_named && !hosts_require(resolver->hosts)) {
		fail_hosts(&resolver->config, error);
		goto failed;
	}
	resolver->upstream = cached_upstream_open(&resolver->config, older ? older->upstream : NULL);
	resolver->faults = faults_open(&resolver->config, older ? older->faults : NULL);
	if (resolver->hosts && resolver->upstream && resolver->faults)
		return resolver;
no_memory:
	error->reason = ENOMEM;
	strcpy(error->text, error_text(ENOMEM));
failed:
	resolver_close(resolver);
	return NULL;
}

void resolver_close(struct resolver *resolver)
{
	if (!resolver)
		return;
	faults_close(resolver->faults);
	cached_upstream_close(resolver->upstream);
	hosts_close(resolver->hosts);
	zone_store_close(resolver->store);
	config_clear(&resolver->config);
	free(resolver);
}

bool resolver_owns(const struct resolver *resolver, const struct name *name)
{
	return zone_store_owns(resolver->store, name);
}

bool resolver_decides(const struct resolver *resolver, const struct lookup_context *lookup, const struct name *name)
{
	return resolver_owns(resolver, name) || lookup_context_route(lookup, name) != lookup->plain ||
		special_is_name(name);
}

bool resolver_decides_any(const struct resolver *resolver)
{
	return resolver->config.route_count > 1 || !zone_store_is_empty(resolver->store);
}

bool resolver_is_stale(const struct resolver *resolver)
{
	return config_is_stale(&resolver->config) || zone_store_is_stale(resolver->store) || hosts_is_gone(resolver->hosts);
}

struct file_stamp_sum resolver_files(const struct resolver *resolver)
{
	struct file_stamp_sum sum = {.hash = 0};
	config_sum(&resolver->config, &sum);
	zone_store_sum(resolver->store, &sum);
	hosts_sum(resolver->hosts, &sum);
	return sum;
}

bool resolver_check(const struct config *config, struct config_error *error)
{
	struct zone_store *store = zone_store_open(config, error);
	zone_store_close(store);
	return store != NULL;
}

int resolver_save_failure(const struct resolver *resolver)
{
	return cached_upstream_save_failure(resolver->upstream);
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
	return resolver->hosts;
}

// Answers without servers: from configured records and zones, then special names (RFC 6761, RFC 7686).
static void answer_locally(
	const struct resolver *resolver, const struct route *route, const struct question *question, struct answer *answer)
{
	*answer = (struct answer){0};
	answer->outcome = zone_answer(resolver->store, question, answer);
	// Except if the user configured a route for the special domain, such as Tor's server for onion.
	if (answer->outcome == OUTCOME_PASS && !special_is_name(&route->domain))
		answer->outcome = special_answer(question, answer);
}

// Answers if the route has no server to ask: `system` or `none`.
static bool answer_by_route(const struct lookup_context *lookup, const struct route *route, struct answer *answer)
{
	// Only a program that changes its resolver state can have no servers or no attempts.
	if (!route->server_count || !lookup->options->attempts) {
		const int error = route->server_count ? ECONNREFUSED : ESRCH;
		*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = error};
		return true;
	}
	switch (route->servers[0].kind) {
	case SERVER_SYSTEM:
		*answer = (struct answer){.outcome = OUTCOME_SYSTEM, .source = SOURCE_SYSTEM};
		return true;
	case SERVER_NONE:
		*answer = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_NONE};
		return true;
	default:
		return false;
	}
}

static bool is_configured(const struct answer *answer)
{
	return answer->source == SOURCE_RECORD || answer->source == SOURCE_ZONE;
}

// Dry run: reports local answers and the queries that would be sent. Servers count as knowing no name, or as timed out
// if simulated delays have passed the deadline.
static void dry_run_sources(struct resolver *resolver, const struct lookup_context *lookup, const struct route *route,
	const struct question *questions, size_t count, unsigned wanted, struct answer *answers)
{
	const bool is_over = dry_run_clock(lookup) >= lookup->deadline;
	for (size_t i = 0; i < count; i++) {
		struct dry_run_step step = {.kind = DRY_RUN_SERVERS, .question = &questions[i], .route = route};
		if (wanted & 1u << i && is_over) {
			answers[i] = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT};
			continue;
		}
		if (wanted & 1u << i) {
			answers[i] = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN};
		} else {
			step.kind = DRY_RUN_ANSWER;
			step.answer = &answers[i];
			step.line = is_configured(&answers[i]) ? zone_store_line(resolver->store, &questions[i].name) : NULL;
		}
		dry_run_note(lookup, &step);
	}
}

// Removes records that are not part of the CNAME chain from replies with an unfinished chain: they would be searched
// again with each further reply, and could contradict it.
NOINLINE_LARGE_FRAME static void cut_replies(
	const struct question *questions, size_t count, unsigned wanted, struct answer *answers)
{
	struct name end;
	for (size_t i = 0; i < count; i++)
		if (wanted & 1u << i && answers[i].outcome == OUTCOME_UNUSABLE)
			answer_chain_cut(&answers[i], &questions[i], &end);
}

// Asks the sources once. All questions have the same name.
static void ask_sources(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	const struct route *route = lookup_context_route(lookup, &questions[0].name);
	unsigned wanted = 0;
	for (size_t i = 0; i < count; i++) {
		answer_locally(resolver, route, &questions[i], &answers[i]);
		if (answers[i].outcome == OUTCOME_PASS && !answer_by_route(lookup, route, &answers[i]))
			wanted |= 1u << i;
	}
	if (lookup->dry_run)
		dry_run_sources(resolver, lookup, route, questions, count, wanted, answers);
	else if (wanted)
		cached_upstream_answer(
			resolver->upstream, &(struct upstream_request){lookup, route, questions, wanted, NULL}, answers);
	if (!lookup->as_packets)
		cut_replies(questions, count, wanted, answers);
}

// Adds the addresses of a hosts file entry as records. Returns false without memory.
static bool add_host(const struct host *host, const struct question *question, struct answer *answer)
{
	for (size_t i = 0; i < host->address_count; i++) {
		const struct address *address = &host->addresses[i];
		const struct record_view record = {&question->name, question->type, 0, address->bytes, address_length(address)};
		if (!answer_add(answer, SECTION_ANSWER, &record))
			return false;
	}
	answer->outcome = OUTCOME_FOUND;
	return true;
}

// Returns whether the CNAME chain of the answer is incomplete, as from a server that does not recurse; *next is then
// the name to ask for. With an SOA record the chain is complete (RFC 2308 2.2).
static bool is_unfinished(const struct answer *answer, const struct question *question, struct name *next)
{
	return answer->outcome == OUTCOME_UNUSABLE && !answer->has_soa && answer_chain_end(answer, question, next) &&
		!name_equal(next, &question->name);
}

static bool find_host(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	sa_family_t family, struct host *host)
{
	const bool is_found = hosts_find(resolver->hosts, name, family, true, host) == OUTCOME_FOUND;
	const struct dry_run_step step = {.kind = DRY_RUN_HOSTS, .text = name, .host = is_found ? host : NULL};
	dry_run_note(lookup, &step);
	return is_found;
}

// Continues a chain that began in a `record` line or a zone in the hosts file. Returns false if the file has no address
// for any of the questions.
NOINLINE_LARGE_FRAME static bool ask_hosts(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	char text[NAME_TEXT_SIZE];
	bool is_found = false;
	for (size_t i = 0; i < count; i++) {
		struct host host = {0};
		const sa_family_t family = questions[i].type == RRTYPE_A ? AF_INET : AF_INET6;
		const bool is_address = questions[i].type == RRTYPE_A || questions[i].type == RRTYPE_AAAA;
		answers[i] = (struct answer){.outcome = OUTCOME_NO_DATA, .source = SOURCE_HOSTS};
		if (is_address && find_host(resolver, lookup, name_write(&questions[i].name, text), family, &host))
			is_found |= add_host(&host, &questions[i], &answers[i]);
		host_clear(&host);
	}
	return is_found;
}

// Appends the next part of the chain. If the chain is then too long to be walked, the answer is unusable.
NOINLINE_LARGE_FRAME static void extend_chain(
	struct answer *answer, struct answer *more, const struct question *question)
{
	struct name end;
	if (answer_extend(answer, more) && answer->outcome == OUTCOME_FOUND && !answer_chain_end(answer, question, &end))
		answer->outcome = OUTCOME_UNUSABLE;
}

// Asks for the ends of unfinished chains; questions whose chains end in the same name are asked together. Returns false
// if no chain was extended.
static bool follow_chains(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	struct question next[QUESTIONS_MAX];
	struct answer more[QUESTIONS_MAX];
	size_t places[QUESTIONS_MAX], unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct question *end = &next[unfinished];
		if (!is_unfinished(&answers[i], &questions[i], &end->name) || !name_equal(&end->name, &next[0].name))
			continue;
		end->type = questions[i].type;
		end->class = questions[i].class;
		places[unfinished++] = i;
	}
	if (!unfinished)
		return false;
	const bool is_given = is_configured(&answers[places[0]]);
	if (!is_given || !ask_hosts(resolver, lookup, next, unfinished, more))
		ask_sources(resolver, lookup, next, unfinished, more);
	bool is_extended = false;
	for (size_t i = 0; i < unfinished; i++) {
		// Stop here: libc would be asked for the first name of the chain, which must not leave this resolver.
		if (more[i].outcome == OUTCOME_SYSTEM)
			continue;
		extend_chain(&answers[places[i]], &more[i], &questions[places[i]]);
		is_extended = true;
	}
	return is_extended;
}

static bool is_without_aaaa(const struct lookup_context *lookup, const struct question *question)
{
	return lookup->options->no_aaaa && question->type == RRTYPE_AAAA && question->class == RRCLASS_IN;
}

// For no-aaaa a query for A records tells whether the name exists. Removes its records; a program that parses the
// message gets its own question and the rcode.
static void hide_ipv4(const struct question *question, struct answer *answer)
{
	if (answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_UNUSABLE)
		answer->outcome = OUTCOME_NO_DATA;
	answer->record_count = 0;
	if (answer->message)
		packet_strip_reply(answer->message, answer->message_size, question);
}

// As in glibc, the substitute query of a program that parses messages has no EDNS.
static void answer_without_aaaa(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct question ipv4 = {question->name, RRTYPE_A, question->class};
	struct options options = *lookup->options;
	struct lookup_context plain = *lookup;
	options.edns0 = options.dnssec_ok = false;
	plain.options = &options;
	ask_sources(resolver, lookup->as_packets ? &plain : lookup, &ipv4, 1, answer);
	hide_ipv4(question, answer);
}

static void finish_chains(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	for (int links = 0; links < FOLLOWED_MAX; links++)
		if (!follow_chains(resolver, lookup, questions, count, answers))
			return;
}

// Follows a chain that begins in a configured record for a program that parses messages, as a recursive server would.
// The caller composes the message.
static void finish_packet(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	struct lookup_context plain = *lookup;
	const uint16_t flags = answer->flags;
	struct name end;
	plain.as_packets = false;
	finish_chains(resolver, &plain, question, 1, answer);
	answer->flags = flags;  // AA refers to the first name (RFC 1035 4.1.1)
	if (answer->outcome == OUTCOME_UNUSABLE && !answer_chain_end(answer, question, &end)) {
		answer->outcome = OUTCOME_TRY_AGAIN;  // the chain is a loop or too long: recursive servers reply SERVFAIL
		answer->rcode = RCODE_SERVFAIL;
	}
	free(answer->message);
	answer->message = NULL;
	answer->message_size = 0;
}

static void pass_message(const struct lookup_context *lookup, const struct answer *answer)
{
	if (lookup->as_packets && lookup->see && answer->message)
		lookup->see(lookup->context, answer->message, answer->message_size, answer->over_tcp);
}

static void answer_without_faults(struct resolver *resolver, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	if (count == 1 && is_without_aaaa(lookup, &questions[0])) {
		answer_without_aaaa(resolver, lookup, &questions[0], &answers[0]);
		return;
	}
	ask_sources(resolver, lookup, questions, count, answers);
	if (!lookup->as_packets)
		finish_chains(resolver, lookup, questions, count, answers);
	else if (is_configured(&answers[0]))
		finish_packet(resolver, lookup, &questions[0], &answers[0]);
}

// The callback for fault_injection_answer; context is the resolver.
static void answer_for_real(const void *context, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers)
{
	answer_without_faults((struct resolver *)context, lookup, questions, count, answers);
}

void resolver_answer(struct resolver *resolver, const struct lookup_context *lookup, const struct question *questions,
	size_t count, struct answer *answers)
{
	const struct real_resolver real = {answer_for_real, resolver};
	const int64_t begun = lookup->observe ? clock_now() : 0;
	if (resolver->config.fault_count)
		fault_injection_answer(resolver->faults, lookup, questions, count, &real, answers);
	else
		answer_without_faults(resolver, lookup, questions, count, answers);
	pass_message(lookup, &answers[0]);
	for (size_t i = 0; lookup->observe && i < count; i++)
		observe_answer(lookup, &questions[i], &answers[i], begun);
}

// A query that the program composed itself.
struct program_query {
	struct resolver *resolver;
	const uint8_t *query;
	size_t size;
	unsigned opcode;
};

// Returns whether it is a standard query (RFC 1035 4.1.1: opcode 0). Others are always sent to the server.
static bool is_plain(const struct program_query *program, const struct question *question)
{
	return program->opcode == 0 && question->name.length;
}

static void send_unchanged(const struct program_query *program, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct route *route = lookup_context_route(lookup, &question->name);
	*answer = (struct answer){0};
	if (is_plain(program, question))
		answer_locally(program->resolver, route, question, answer);
	if (is_configured(answer)) {
		finish_packet(program->resolver, lookup, question, answer);
		return;
	}
	if (answer->outcome != OUTCOME_PASS || answer_by_route(lookup, route, answer))
		return;
	const struct message_view query = {program->query, program->size};
	const struct upstream_request request = {lookup, route, question, 1, &query};
	cached_upstream_answer(program->resolver->upstream, &request, answer);
}

// no-aaaa: sends the query for A records instead. The program gets header and question of the reply.
static void send_without_aaaa(const struct program_query *program, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct question ipv4 = {question->name, RRTYPE_A, question->class};
	uint8_t query[PACKET_QUERY_MAX];
	const struct program_query replaced = {
		program->resolver,
		query,
		packet_write_replacement(program->query, &ipv4, query),
		program->opcode,
	};
	send_unchanged(&replaced, lookup, &ipv4, answer);
	hide_ipv4(question, answer);
	const size_t end = packet_question_end(question);
	if (answer->message_size > end)
		answer->message_size = end;
}

static void send_for_real(const void *context, const struct lookup_context *lookup, const struct question *question,
	size_t count, struct answer *answer)
{
	const struct program_query *program = context;
	(void)count;
	if (is_plain(program, question) && is_without_aaaa(lookup, question))
		send_without_aaaa(program, lookup, question, answer);
	else
		send_unchanged(program, lookup, question, answer);
}

void resolver_send(struct resolver *resolver, const struct lookup_context *lookup, const uint8_t *query, size_t size,
	unsigned opcode, const struct question *question, struct answer *answer)
{
	const struct program_query program = {resolver, query, size, opcode};
	const struct real_resolver real = {send_for_real, &program};
	const int64_t begun = lookup->observe ? clock_now() : 0;
	const bool is_altered = resolver->config.fault_count && is_plain(&program, question);
	if (is_altered)
		fault_injection_answer(resolver->faults, lookup, question, 1, &real, answer);
	else
		send_for_real(&program, lookup, question, 1, answer);
	if (is_altered && answer->message)
		memcpy(answer->message, query, 2);  // the id: the program expects that of its query
	if (lookup->observe)
		observe_answer(lookup, question, answer, begun);
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
