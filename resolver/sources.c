// SPDX-License-Identifier: MIT
#include "resolver/sources.h"

#include <errno.h>

#include "config/base/compiler.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/cached_upstream.h"
#include "resolver/dns/answer_chain.h"
#include "resolver/dns/host.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dry_run.h"
#include "resolver/source/hosts.h"
#include "resolver/source/recording.h"
#include "resolver/source/special.h"
#include "resolver/source/upstream/upstream_request.h"
#include "resolver/source/zone_store.h"

bool sources_may_answer(const struct lookup_context *lookup, const struct question *question)
{
	return !lookup->program_query || (lookup->program_query->opcode == 0 && question->name.length);
}

static bool is_configured(const struct answer *answer)
{
	return answer->source == SOURCE_RECORD || answer->source == SOURCE_ZONE;
}

// Answers without servers: from configured records and zones, then special names (RFC 6761, RFC 7686).
static void answer_locally(
	const struct zone_store *store, const struct route *route, const struct question *question, struct answer *answer)
{
	// Except if the user configured a route for the special domain, such as Tor's server for onion.
	if (zone_answer(store, question, answer) == OUTCOME_PASS && !special_is_name(&route->domain))
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
	const enum server_kind kind = route->servers[0].kind;
	if (kind == SERVER_SYSTEM)
		*answer = (struct answer){.outcome = OUTCOME_SYSTEM, .source = SOURCE_SYSTEM};
	else if (kind == SERVER_NONE)
		*answer = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_NONE};
	return kind != SERVER_ADDRESS;
}

static void note_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, const struct answer *answer)
{
	if (!lookup->dry_run)
		return;
	const struct dry_run_step step = {
		.kind = DRY_RUN_ANSWER,
		.question = question,
		.answer = answer,
		.line = is_configured(answer) ? zone_store_line(sources->store, &question->name) : NULL,
	};
	dry_run_note(lookup, &step);
}

// Simulates the servers in a dry run: NXDOMAIN for every name; a timeout if simulated delays have passed the deadline.
static void answer_dry_run(const struct lookup_context *lookup, const struct route *route,
	const struct question *question, struct answer *answer)
{
	const struct dry_run_step step = {.kind = DRY_RUN_SERVERS, .question = question, .route = route};
	if (dry_run_clock(lookup) >= lookup->deadline) {
		*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT};
		return;
	}
	*answer = (struct answer){.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN};
	dry_run_note(lookup, &step);
}

// Returns whether only the servers of the route can answer, as in most lookups.
static bool is_left_to_servers(const struct sources *sources, const struct lookup_context *lookup,
	const struct route *route, const struct name *name)
{
	return route->server_count && route->servers[0].kind == SERVER_ADDRESS && lookup->options->attempts &&
		LIKELY(!lookup->dry_run && !sources->store->node_count) && !special_is_name(name);
}

// Asks the sources before the servers. Returns whether one of them answered, or the dry run in place of the servers.
COLD static bool answer_without_servers(const struct sources *sources, const struct lookup_context *lookup,
	const struct route *route, const struct question *question, struct answer *answer)
{
	*answer = (struct answer){0};
	if (sources_may_answer(lookup, question))
		answer_locally(sources->store, route, question, answer);
	const bool is_answered = answer->outcome != OUTCOME_PASS || answer_by_route(lookup, route, answer);
	if (!is_answered && !lookup->dry_run)
		return false;
	if (is_answered || recording_answer(sources->recording, question, answer) != OUTCOME_PASS)
		note_answer(sources, lookup, question, answer);
	else
		answer_dry_run(lookup, route, question, answer);
	return true;
}

// Asks the sources once. Except with lookup->as_packets an answer with an unfinished CNAME chain holds only the chain.
static void ask_sources(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	const struct route *route = lookup_context_route(lookup, &questions[0].name);
	const bool asks_servers = is_left_to_servers(sources, lookup, route, &questions[0].name);
	unsigned wanted = (1u << count) - 1;
	for (size_t i = 0; !asks_servers && i < count; i++)
		if (answer_without_servers(sources, lookup, route, &questions[i], &answers[i]))
			wanted &= ~(1u << i);
	if (LIKELY(wanted))
		cached_upstream_answer(
			sources->upstream, &(struct upstream_request){lookup, route, questions, wanted, 0}, answers);
	// The other records would be searched again with each further reply, and could contradict it.
	for (size_t i = 0; i < count; i++)
		if (wanted & 1u << i && UNLIKELY(answers[i].outcome == OUTCOME_UNUSABLE) && !lookup->as_packets)
			answer_chain_cut(&answers[i], &questions[i]);
}

// ---- the hosts file ----

static bool is_address_type(uint16_t type)
{
	return type == RRTYPE_A || type == RRTYPE_AAAA;
}

static enum outcome find_host(
	struct hosts *hosts, const struct question *question, sa_family_t family, const char *name, struct host *host)
{
	struct address address;
	if (is_address_type(question->type))
		return hosts_find(hosts, name, family, true, host);
	if (question->type != RRTYPE_PTR || !name_to_address(&question->name, &address))
		return OUTCOME_NO_NAME;
	return hosts_find_address(hosts, &address, host);
}

// Adds the host's addresses of the question's type, or for PTR its name.
static bool add_host(struct answer *answer, const struct question *question, const struct host *host)
{
	struct name name;
	if (is_address_type(question->type))
		return answer_add_addresses(answer, question, host->addresses, host->address_count);
	return !name_read(host->name, &name) ||
		answer_add(
			answer, SECTION_ANSWER, &(struct record_view){&question->name, RRTYPE_PTR, 0, name.wire, name.length});
}

// Answers from the hosts file: with the addresses of the family that it has for the name, or the name that it has for
// the address. A name that has addresses of the other type only has no data, as for getaddrinfo(3), which asks no
// server for it. OUTCOME_PASS if the file has no entry.
COLD static enum outcome answer_from_hosts(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, sa_family_t family, struct answer *answer)
{
	char text[NAME_TEXT_SIZE];
	struct host host = {0};
	const enum outcome found = find_host(sources->hosts, question, family, name_write(&question->name, text), &host);
	dry_run_note_hosts(lookup, text, found, &host);
	*answer = (struct answer){.source = SOURCE_HOSTS, .flags = FLAG_AA, .error = host.error};
	if (found == OUTCOME_FOUND)
		answer_finish(answer, add_host(answer, question, &host));
	else
		answer->outcome = found == OUTCOME_ERROR ? OUTCOME_ERROR : OUTCOME_PASS;
	host_clear(&host);
	return answer->outcome;
}

// ---- CNAME chains ----

// The maximum number of additional queries to follow one CNAME chain.
#define FOLLOWED_MAX 16

// May the chain of an answer be incomplete, as from a server that does not recurse? Not with an SOA (RFC 2308 2.2).
static bool has_unfinished(const struct answer *answers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (UNLIKELY(answers[i].outcome == OUTCOME_UNUSABLE) && !answers[i].has_soa)
			return true;
	return false;
}

// Continues a chain that began in a `record` line or a zone in the hosts file. Returns false if the file has no address
// for any of the questions.
static bool continue_in_hosts(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	bool is_found = false;
	for (size_t i = 0; i < count; i++) {
		const sa_family_t family = questions[i].type == RRTYPE_A ? AF_INET : AF_INET6;
		if (!is_address_type(questions[i].type) ||
			answer_from_hosts(sources, lookup, &questions[i], family, &answers[i]) == OUTCOME_PASS)
			answers[i] = (struct answer){.outcome = OUTCOME_NO_DATA, .source = SOURCE_HOSTS};
		is_found |= answers[i].outcome != OUTCOME_NO_DATA;
	}
	return is_found;
}

// Appends the next part of the chain. If the chain is then too long to be walked, the answer is unusable.
COLD static void extend_chain(struct answer *answer, struct answer *more, const struct question *question)
{
	struct name end;
	if (answer_extend(answer, more) && answer->outcome == OUTCOME_FOUND && !answer_chain_end(answer, question, &end))
		answer->outcome = OUTCOME_UNUSABLE;
}

// Asks for the ends of unfinished chains; questions whose chains end in the same name are asked together. Returns false
// if no chain was extended.
COLD static bool follow_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	struct question next[QUESTIONS_MAX];
	struct answer more[QUESTIONS_MAX];
	size_t places[QUESTIONS_MAX], unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct question *end = &next[unfinished];
		const bool goes_on =
			has_unfinished(&answers[i], 1) && answer_chain_end(&answers[i], &questions[i], &end->name) == &end->name;
		if (!goes_on || !name_equal(&end->name, &next[0].name))
			continue;
		end->type = questions[i].type;
		end->class = questions[i].class;
		places[unfinished++] = i;
	}
	if (!unfinished)
		return false;
	const bool is_given = is_configured(&answers[places[0]]);
	if (!is_given || !continue_in_hosts(sources, lookup, next, unfinished, more))
		ask_sources(sources, lookup, next, unfinished, more);
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

// Appends the rest of each unfinished chain. An answer whose chain still has no end keeps OUTCOME_UNUSABLE.
COLD static void finish_chains(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	for (int links = 0; links < FOLLOWED_MAX && has_unfinished(answers, count); links++)
		if (!follow_chains(sources, lookup, questions, count, answers))
			return;
}

// The same for a program that parses messages, as a recursive server would, if the chain begins in a configured record.
// An endless chain is SERVFAIL. Frees the answer's message.
COLD static void finish_packet(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	struct lookup_context plain = *lookup;
	const uint16_t flags = answer->flags;
	struct name end;
	plain.as_packets = false;
	plain.program_query = NULL;
	finish_chains(sources, &plain, question, 1, answer);
	answer->flags = flags;  // AA refers to the first name (RFC 1035 4.1.1)
	if (answer->outcome == OUTCOME_UNUSABLE && !answer_chain_end(answer, question, &end)) {
		answer->outcome = OUTCOME_TRY_AGAIN;  // the chain is a loop or too long: recursive servers reply SERVFAIL
		answer->rcode = RCODE_SERVFAIL;
	}
	answer->message = NULL;
	answer->message_size = 0;
}

// ---- no-aaaa ----

static bool is_without_aaaa(const struct lookup_context *lookup, const struct question *question)
{
	return lookup->options->no_aaaa && question->type == RRTYPE_AAAA && question->class == RRCLASS_IN &&
		sources_may_answer(lookup, question);
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
COLD static void answer_without_aaaa(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct question ipv4 = {question->name, RRTYPE_A, question->class};
	struct options options = *lookup->options;
	struct lookup_context plain = *lookup;
	options.edns0 = options.dnssec_ok = false;
	plain.options = &options;
	ask_sources(sources, lookup->as_packets ? &plain : lookup, &ipv4, 1, answer);
	hide_ipv4(question, answer);
}

// The same for a query that the program composed. The program gets header and question of the reply.
COLD static void send_without_aaaa(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	const struct question ipv4 = {question->name, RRTYPE_A, question->class};
	uint8_t bytes[PACKET_QUERY_MAX];
	const size_t size = packet_write_replacement(lookup->program_query->bytes, &ipv4, bytes);
	struct lookup_context replaced = *lookup;
	replaced.program_query = &(struct program_query){bytes, size, lookup->program_query->opcode};
	sources_answer(sources, &replaced, &ipv4, 1, answer);
	hide_ipv4(question, answer);
	const size_t end = packet_question_end(question);
	if (answer->message_size > end)
		answer->message_size = end;
}

// ---- all of it ----

// Returns whether the hosts file answers.
static bool ask_hosts(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *question, struct answer *answer)
{
	return UNLIKELY(lookup->asks_hosts) && question->class == RRCLASS_IN &&
		!zone_store_line(sources->store, &question->name) &&
		answer_from_hosts(sources, lookup, question, AF_UNSPEC, answer) != OUTCOME_PASS;
}

void sources_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	if (ask_hosts(sources, lookup, &questions[0], &answers[0]))
		return;
	if (count == 1 && is_without_aaaa(lookup, &questions[0])) {
		(lookup->program_query ? send_without_aaaa : answer_without_aaaa)(sources, lookup, &questions[0], &answers[0]);
		return;
	}
	ask_sources(sources, lookup, questions, count, answers);
	if (UNLIKELY(lookup->as_packets) && is_configured(&answers[0]))
		finish_packet(sources, lookup, &questions[0], &answers[0]);
	else if (!lookup->as_packets && has_unfinished(answers, count))
		finish_chains(sources, lookup, questions, count, answers);
}
