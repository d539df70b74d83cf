// SPDX-License-Identifier: MIT
#include "resolver/cached_upstream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/config.h"
#include "config/lookup_context.h"
#include "resolver/observe.h"
#include "resolver/source/cache.h"
#include "resolver/source/fault.h"
#include "resolver/source/inflight.h"
#include "resolver/source/recording.h"
#include "resolver/source/upstream/server_state.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream.h"
#include "resolver/source/upstream/upstream_request.h"

#define FAILURE_LIFETIME 1           // seconds, the minimum of RFC 9520 3.2
#define NEGATIVE_MOST (3 * 60 * 60)  // RFC 2308 5

struct cached_upstream {
	const struct config *config;
	struct cache *cache;  // NULL: nothing is kept, and no query is coalesced, because the cache passes on the answers
	struct server_states *server_states;
	struct recording *recording;  // NULL: none
};

struct cached_upstream *cached_upstream_open(
	const struct config *config, struct recording *recording, const struct cached_upstream *older)
{
	struct cached_upstream *cached = calloc(1, sizeof(*cached));
	if (!cached)
		return NULL;
	bool keeps = config->options.cache;
	cached->config = config;
	cached->server_states = server_states_open(config, older ? older->server_states : NULL);
	cached->cache = keeps ? cache_open(config->options.cache) : NULL;
	cached->recording = recording;
	if (cached->server_states && (!keeps || cached->cache))
		return cached;
	cached_upstream_close(cached);
	return NULL;
}

void cached_upstream_close(struct cached_upstream *cached)
{
	if (!cached)
		return;
	server_states_close(cached->server_states);
	cache_close(cached->cache);
	free(cached);
}

// Everything besides the question that the reply depends on.
static cache_variant variant_of(const struct lookup_context *lookup)
{
	const struct options *options = lookup->options;
	cache_variant variant = (cache_variant)options->dnssec_ok << 2;
	variant |= (cache_variant)options->trust_ad << 3;
	variant |= (cache_variant)options->no_recursion << 4;
	variant |= (cache_variant)options->ignore_truncation << 5;
	variant |= (cache_variant)options->checking_disabled << 6;
	if (LIKELY(!lookup->as_packets))
		return variant;
	const bool tells_payload = options->edns0 || options->dnssec_ok;
	return variant | 1 | (cache_variant)options->edns0 << 1 | (tells_payload ? lookup->payload << 8 : 0);
}

// Returns whether the answer, or the failure, may be that of a fault, which is neither recorded nor cached.
static bool is_of_fault(const struct lookup_context *lookup, const struct answer *answer)
{
	const bool is_reply =
		answer->outcome == OUTCOME_FOUND || answer->outcome == OUTCOME_NO_NAME || answer->outcome == OUTCOME_NO_DATA;
	return answer->source == SOURCE_FAULT ||
		(!is_reply && lookup->fault_injection && lookup->fault_injection->hits_server);
}

// Returns the seconds to cache an answer for. A failure is cached if a server sent it or it took a timeout (RFC 9520);
// a failure without delay, local or of the network, is not, since it may be over at once.
static uint32_t lifetime_of(const struct options *options, const struct answer *answer)
{
	if (answer->outcome == OUTCOME_TRY_AGAIN)
		return answer->source == SOURCE_SERVER || answer->error == ETIMEDOUT ? FAILURE_LIFETIME : 0;
	bool is_negative = answer->outcome == OUTCOME_NO_NAME || answer->outcome == OUTCOME_NO_DATA;
	uint32_t most = is_negative && options->max_ttl > NEGATIVE_MOST ? NEGATIVE_MOST : options->max_ttl;
	uint32_t lifetime = answer->lifetime < most ? answer->lifetime : most;
	return lifetime && lifetime < options->min_ttl ? options->min_ttl : lifetime;
}

// A timeout is not cached if the caller allowed less than nine tenths of the configured time. taken: microseconds.
static bool was_cut_short(const struct options *options, const struct answer *answer, int64_t taken)
{
	return answer->outcome == OUTCOME_TRY_AGAIN && answer->error == ETIMEDOUT &&
		taken < options_deadline_ms(options) * INT64_C(900);
}

// One call of cached_upstream_answer.
struct lookup {
	struct cached_upstream *cached;
	const struct upstream_request *request;
	struct answer *answers;
	cache_variant variant;
	uint64_t name_hash;  // of the name of all questions
};

static struct cache_key key_of(const struct lookup *lookup, size_t which)
{
	return (struct cache_key){&lookup->request->questions[which], lookup->name_hash, lookup->variant};
}

// Stores the answers of the mask, the messages only for programs that parse them. An answer that may not be cached is
// stored with lifetime 0 if other threads wait for it. now: when the servers had been asked for taken microseconds, a
// clock_lifetime.
NOINLINE_LARGE_FRAME static void keep(
	const struct lookup *lookup, unsigned which, int64_t now, int64_t taken, bool is_awaited)
{
	const struct lookup_context *context = lookup->request->lookup;
	struct cache_item items[QUESTIONS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		const struct answer *answer = &lookup->answers[i];
		if (!(which & 1u << i) || answer->outcome == OUTCOME_ERROR ||
			was_cut_short(&lookup->cached->config->options, answer, taken))
			continue;
		const uint32_t lifetime = is_of_fault(context, answer) ? 0 : lifetime_of(context->options, answer);
		const size_t message_size = UNLIKELY(context->as_packets) ? answer->message_size : 0;
		if (lifetime || is_awaited)
			items[count++] = (struct cache_item){key_of(lookup, i), answer, message_size, lifetime};
	}
	if (LIKELY(count))
		cache_keep(lookup->cached->cache, items, count, now);
}

// Answers from the cache, and returns the mask of the remaining questions. now is a clock_lifetime.
static unsigned take_cached(const struct lookup *lookup, unsigned wanted, int64_t now)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		const struct cache_key key = key_of(lookup, i);
		if (wanted & 1u << i && cache_answer(lookup->cached->cache, &key, now, &lookup->answers[i]) != OUTCOME_PASS)
			wanted &= ~(1u << i);
	}
	return wanted;
}

// Hash of the query: equal for identical queries under the same configuration.
static uint64_t inflight_key(const struct lookup *lookup, unsigned wanted)
{
	const struct question *questions = lookup->request->questions;
	uint64_t number = hash_word(lookup->name_hash, (uintptr_t)lookup->cached ^ lookup->variant);
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (wanted & 1u << i)
			number = hash_word(number, (uint64_t)questions[i].type << 16 | questions[i].class);
	return number;
}

// Replays one answer. A query that the program composed itself gets its id; other opcodes are not recorded.
COLD static bool replay(
	const struct cached_upstream *cached, const struct upstream_request *request, size_t which, struct answer *answer)
{
	const uint8_t *query = request->lookup->program_query ? request->lookup->program_query->bytes : NULL;
	struct question question = request->questions[which];
	if (query && query[2] & FLAG_OPCODE >> 8)
		question.class = RRCLASS_NONE;
	if (recording_answer(cached->recording, &question, answer) == OUTCOME_PASS)
		return false;
	if (answer->error == RECORDING_UNKNOWN)
		recording_log_unknown(cached->recording, &question);
	if (query && answer->message)
		memcpy(answer->message, query, 2);
	return true;
}

// As upstream_answer. Asks the servers only what the recording does not answer, and records their answers.
COLD static int64_t ask_recorded(
	const struct cached_upstream *cached, const struct upstream_request *request, struct answer *answers)
{
	struct upstream_request asked = *request;
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (asked.wanted & 1u << i && replay(cached, request, i, &answers[i]))
			asked.wanted &= ~(1u << i);
	if (!asked.wanted)
		return asked.now;
	const int64_t now = upstream_answer(cached->server_states, &asked, answers);
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (asked.wanted & 1u << i && is_of_fault(request->lookup, &answers[i]))
			asked.wanted &= ~(1u << i);
	if (asked.wanted)
		recording_add(cached->recording, asked.questions, asked.wanted, answers);
	return now;
}

static int64_t ask_upstream(
	const struct cached_upstream *cached, const struct upstream_request *request, struct answer *answers)
{
	const struct lookup_context *lookup = request->lookup;
	if (UNLIKELY(lookup->fault_injection))
		lookup->fault_injection->hits_server = lookup->drops_first;
	if (cached->recording)
		return ask_recorded(cached, request, answers);
	return upstream_answer(cached->server_states, request, answers);
}

COLD static void observe_waited(
	const struct upstream_request *request, unsigned waited_for, unsigned unknown, int64_t begun)
{
	for (size_t i = 0; request->lookup->observe && i < QUESTIONS_MAX; i++)
		if (waited_for & 1u << i)
			observe_shared(request->lookup, &request->questions[i], !(unknown & 1u << i), begun);
}

// For a caller that must not wait for servers: clears the answers, and reports that they would be asked.
COLD static void give_up(const struct upstream_request *request, struct answer *answers)
{
	for (size_t i = 0; i < QUESTIONS_MAX; i++)
		if (request->wanted & 1u << i)
			answers[i] = (struct answer){0};
	*request->lookup->would_wait = true;
}

// Asks the servers only what is neither cached nor answered by another thread's identical query.
static void answer_from_cache_or_upstream(const struct lookup *lookup)
{
	const struct lookup_context *context = lookup->request->lookup;
	int64_t begun = clock_lifetime();
	const uint64_t known = cache_count(lookup->cached->cache);
	bool joined;
	struct upstream_request request = *lookup->request;
	request.wanted = take_cached(lookup, request.wanted, begun);
	if (!request.wanted)
		return;
	if (context->would_wait) {
		give_up(&request, lookup->answers);
		return;
	}
	const unsigned unknown = request.wanted;
	request.now = clock_now();
	struct inflight_query *inflight_query =
		inflight_begin(inflight_key(lookup, unknown), request.now, context->deadline, &joined);
	// The query may have ended between the cache lookup and inflight_begin.
	if (UNLIKELY(joined || cache_count(lookup->cached->cache) != known))
		request.wanted = take_cached(lookup, unknown, begun);
	if (UNLIKELY(joined)) {
		observe_waited(lookup->request, unknown, request.wanted, request.now);
		request.now = clock_now();
		begun = clock_lifetime();
	}
	if (LIKELY(request.wanted)) {
		const int64_t taken = ask_upstream(lookup->cached, &request, lookup->answers) - request.now;
		keep(lookup, request.wanted, begun + taken, taken, inflight_has_waiters(inflight_query));
	}
	inflight_end(inflight_query);
}

void cached_upstream_answer(
	struct cached_upstream *cached, const struct upstream_request *request, struct answer *answers)
{
	const struct lookup_context *context = request->lookup;
	// Servers that the program itself set in its resolver state may give other answers: no cache.
	bool is_ours =
		LIKELY(context->default_route == &cached->config->routes[0]) || request->route != context->default_route;
	if (LIKELY(cached->cache && is_ours && !context->program_query))
		answer_from_cache_or_upstream(&(struct lookup){
			cached, request, answers, variant_of(context), name_hash(&request->questions[0].name, HASH_START)});
	else if (context->would_wait)
		give_up(request, answers);
	else {
		struct upstream_request asked = *request;
		asked.now = clock_now();
		ask_upstream(cached, &asked, answers);
	}
}
