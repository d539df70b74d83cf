// SPDX-License-Identifier: MIT
#include "resolver/resolver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/clock.h"
#include "config/config.h"
#include "config/error_text.h"
#include "config/terms.h"
#include "resolver/dns/packet.h"
#include "resolver/source/cache.h"
#include "resolver/source/hosts.h"
#include "resolver/source/special.h"
#include "resolver/source/transport.h"
#include "resolver/source/upstream.h"

// Questions that one unfinished chain may cost.
#define FOLLOWED_MAX 16

#define FAILURE_LIFETIME 1         // seconds, the least that RFC 9520 3.2 allows
#define NEGATIVE_MOST (3 * 60 * 60)  // RFC 2308 5

struct resolver {
	struct config config;
	struct hosts *hosts;
	struct cache *cache;  // NULL: nothing is kept
	struct upstream *upstream;
};

struct resolver *resolver_open(const struct environment *environment, const struct resolver *older,
                               struct config_error *error)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		goto no_memory;
	if (!config_load(environment, &resolver->config, error))
		goto failed;
	resolver->hosts = hosts_open(resolver->config.hosts_path);
	resolver->upstream = upstream_open(&resolver->config, older ? older->upstream : NULL);
	if (resolver->config.options.cache)
		resolver->cache = cache_open(resolver->config.options.cache);
	if (resolver->hosts && resolver->upstream && (resolver->cache || !resolver->config.options.cache))
		return resolver;
no_memory:
	error->reason = ENOMEM;
	snprintf(error->text, sizeof(error->text), "%s", error_text(ENOMEM));
failed:
	resolver_close(resolver);
	return NULL;
}

void resolver_close(struct resolver *resolver)
{
	if (!resolver)
		return;
	upstream_close(resolver->upstream);
	cache_close(resolver->cache);
	hosts_close(resolver->hosts);
	config_clear(&resolver->config);
	free(resolver);
}

const struct config *resolver_config(const struct resolver *resolver)
{
	return &resolver->config;
}

struct hosts *resolver_hosts(struct resolver *resolver)
{
	return resolver->hosts;
}

// What is known without asking anybody, the first source that has it.
static void answer_here(const struct route *route, const struct question *question, struct answer *answer)
{
	*answer = (struct answer){ 0 };
	// A server that the user named for one of these domains is asked all the same: Tor's, for onion.
	if (!special_is_name(&route->domain))
		answer->outcome = special_answer(question, answer);
}

// What a route to no server means.
static bool answer_by_route(const struct route *route, struct answer *answer)
{
	// Only a program can leave itself none, in its resolver state.
	if (!route->server_count) {
		*answer = (struct answer){ .outcome = OUTCOME_TRY_AGAIN, .error = ESRCH };
		return true;
	}
	switch (route->servers[0].kind) {
	case SERVER_SYSTEM:
		*answer = (struct answer){ .outcome = OUTCOME_SYSTEM, .source = SOURCE_SYSTEM };
		return true;
	case SERVER_NONE:
		*answer = (struct answer){ .outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_NONE };
		return true;
	default:
		return false;
	}
}

// What a server's answer depends on besides the question.
static cache_variant variant_of(const struct terms *terms)
{
	const struct options *options = terms->options;
	const bool bits[] = {
		terms->as_packets, terms->as_packets && options->edns0, options->dnssec_ok, options->trust_ad,
		options->no_recursion, options->ignore_truncation,
	};
	cache_variant variant = 0;
	for (size_t i = 0; i < sizeof(bits) / sizeof(*bits); i++)
		variant |= (cache_variant)(bits[i] << i);
	return variant;
}

// Servers that a program wrote into its resolver state may answer otherwise.
static struct cache *cache_for(const struct resolver *resolver, const struct terms *terms, const struct route *route)
{
	bool is_ours = route != terms->plain || terms->plain == &resolver->config.routes[0];
	return is_ours ? resolver->cache : NULL;
}

// A failure is remembered where asking again would cost the servers or the program something; not what failed at once,
// here or on the way, and may be better at once.
static uint32_t lifetime_of(const struct options *options, const struct answer *answer)
{
	if (answer->outcome == OUTCOME_TRY_AGAIN)
		return answer->source == SOURCE_SERVER || answer->error == ETIMEDOUT ? FAILURE_LIFETIME : 0;
	bool is_negative = answer->outcome == OUTCOME_NO_NAME || answer->outcome == OUTCOME_NO_DATA;
	uint32_t most = is_negative && options->max_ttl > NEGATIVE_MOST ? NEGATIVE_MOST : options->max_ttl;
	uint32_t lifetime = answer->lifetime < most ? answer->lifetime : most;
	return lifetime && lifetime < options->min_ttl ? options->min_ttl : lifetime;
}

// The message is for programs that read it alone.
static void keep(struct cache *cache, const struct terms *terms, const struct question *question,
                 const struct answer *answer)
{
	struct answer kept = *answer;
	if (!terms->as_packets) {
		kept.message = NULL;
		kept.message_size = 0;
	}
	cache_keep(cache, question, variant_of(terms), clock_lifetime(), &kept, lifetime_of(terms->options, answer));
}

// One round through the sources. All the questions have the same name.
static void ask_sources(struct resolver *resolver, const struct terms *terms, const struct question *questions,
                        size_t count, struct answer *answers)
{
	struct question asked[UPSTREAM_QUESTIONS_MAX];
	struct answer replies[UPSTREAM_QUESTIONS_MAX];
	size_t places[UPSTREAM_QUESTIONS_MAX], left = 0;
	const struct route *route = terms_route(terms, &questions[0].name);
	struct cache *cache = cache_for(resolver, terms, route);
	const cache_variant variant = variant_of(terms);
	const int64_t now = cache ? clock_lifetime() : 0;
	for (size_t i = 0; i < count; i++) {
		answer_here(route, &questions[i], &answers[i]);
		if (answers[i].outcome != OUTCOME_PASS || answer_by_route(route, &answers[i]))
			continue;
		if (cache && cache_answer(cache, &questions[i], variant, now, &answers[i]) != OUTCOME_PASS)
			continue;
		asked[left] = questions[i];
		places[left++] = i;
	}
	if (!left)
		return;
	upstream_answer(resolver->upstream, terms, route, asked, left, replies);
	for (size_t i = 0; i < left; i++) {
		if (cache)
			keep(cache, terms, &asked[i], &replies[i]);
		answers[places[i]] = replies[i];
	}
}

// The name to ask for next when an answer stops in the middle of a CNAME chain: a server that does not recurse hands
// over what it has. Where an SOA says that the chain ends there, it does (RFC 2308 2.2).
static bool is_unfinished(const struct answer *answer, const struct question *question, struct name *next)
{
	return answer->outcome == OUTCOME_UNUSABLE && !answer->has_soa && answer_chain_end(answer, question, next) &&
	       !name_equal(next, &question->name);
}

// Asks for the ends of unfinished chains, those that end in the same name together. False when nothing is unfinished.
static bool follow_chains(struct resolver *resolver, const struct terms *terms, const struct question *questions,
                          size_t count, struct answer *answers)
{
	struct question next[UPSTREAM_QUESTIONS_MAX];
	struct answer more[UPSTREAM_QUESTIONS_MAX];
	size_t places[UPSTREAM_QUESTIONS_MAX], unfinished = 0;
	for (size_t i = 0; i < count; i++) {
		struct name name;
		if (!is_unfinished(&answers[i], &questions[i], &name) || (unfinished && !name_equal(&name, &next[0].name)))
			continue;
		next[unfinished] = (struct question){ name, questions[i].type, questions[i].class };
		places[unfinished++] = i;
	}
	if (!unfinished)
		return false;
	ask_sources(resolver, terms, next, unfinished, more);
	bool is_extended = false;
	for (size_t i = 0; i < unfinished; i++) {
		// libc would be handed the name that was asked for first, which is not its to know.
		if (more[i].outcome == OUTCOME_SYSTEM)
			continue;
		answer_extend(&answers[places[i]], &more[i]);
		is_extended = true;
	}
	return is_extended;
}

// no-aaaa: a question for A records tells as well whether the name exists. Its records are not for the program; one
// that reads the packet sees its own question and the code.
static void answer_without_aaaa(struct resolver *resolver, const struct terms *terms, const struct question *question,
                                struct answer *answer)
{
	struct question ipv4 = { question->name, RRTYPE_A, question->class };
	ask_sources(resolver, terms, &ipv4, 1, answer);
	if (answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_UNUSABLE)
		answer->outcome = OUTCOME_NO_DATA;
	answer->record_count = 0;
	if (answer->message)
		packet_strip_reply(answer->message, answer->message_size, question);
}

static void show(const struct terms *terms, const struct answer *answer)
{
	if (terms->as_packets && terms->see && answer->message)
		terms->see(terms->context, answer->message, answer->message_size, answer->over_tcp);
}

void resolver_answer(struct resolver *resolver, const struct terms *terms, const struct question *questions,
                     size_t count, struct answer *answers)
{
	if (terms->options->no_aaaa && count == 1 && questions[0].type == RRTYPE_AAAA) {
		answer_without_aaaa(resolver, terms, &questions[0], &answers[0]);
		show(terms, &answers[0]);
		return;
	}
	ask_sources(resolver, terms, questions, count, answers);
	show(terms, &answers[0]);
	for (int links = 0; links < FOLLOWED_MAX && !terms->as_packets; links++)
		if (!follow_chains(resolver, terms, questions, count, answers))
			return;
}

void resolver_relay(struct resolver *resolver, const struct terms *terms, const uint8_t *query, size_t size,
                    unsigned opcode, const struct question *question, struct answer *answer)
{
	const struct route *route = terms_route(terms, &question->name);
	*answer = (struct answer){ 0 };
	// Anything but a plain question (RFC 1035 4.1.1: opcode 0) is between the program and its server.
	if (opcode == 0 && question->name.length)
		answer_here(route, question, answer);
	if (answer->outcome != OUTCOME_PASS || answer_by_route(route, answer))
		return;
	upstream_relay(resolver->upstream, terms, route, query, size, question, answer);
}

const void *resolver_mark(void)
{
	return channel_newest();
}

void resolver_abandon(const void *mark)
{
	channels_close_newer(mark);
}
