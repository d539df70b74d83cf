// SPDX-License-Identifier: MIT
#include "resolver/source/fault.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/hash_index.h"
#include "config/base/random.h"
#include "config/base/strbuf.h"
#include "config/base/suffix_index.h"
#include "config/config.h"
#include "config/counters.h"
#include "config/fault.h"
#include "config/fault_text.h"
#include "config/log.h"
#include "config/lookup_context.h"
#include "config/run.h"

#define COUNTERS_SIZE 1024  // counters of rules and names, per process

// Whether the log is to report, or has reported, that faults are counted by process.
enum notice { NOTICE_NONE, NOTICE_DUE, NOTICE_TOLD };

struct faults {
	const struct config *config;
	struct suffix_index names;
	uint64_t seed;
	struct counters *counters;  // NULL: none of the faults counts or draws
	_Atomic int notice;         // of enum notice
	_Atomic int reason;         // errno of the failed request to the run's counters; 0: none
	uint64_t rules[];           // by fault: hash of its text, the key of its counter
};

// The text is the same in all processes of a run.
NOINLINE_LARGE_FRAME static uint64_t hash_of_text(const struct faults *faults, size_t position)
{
	const struct fault *fault = &faults->config->faults[position];
	char pattern[FAULT_PATTERN_SIZE], text[FAULT_TEXT_SIZE];
	fault_text_write_pattern(fault, pattern);
	fault_text_write(fault, text);
	uint64_t rule = hash_bytes(hash_word(HASH_START, fault->version), pattern, strlen(pattern));
	return hash_bytes(rule, text, strlen(text));
}

static bool is_rule(const void *rules, uint32_t number, const void *rule)
{
	return ((const uint64_t *)rules)[number] == *(const uint64_t *)rule;
}

// Equal lines have separate counters. False without memory.
static bool set_rules(struct faults *faults)
{
	struct hash_index index;
	if (!hash_index_open(&index, faults->config->fault_count))
		return false;
	for (size_t i = 0; i < faults->config->fault_count; i++) {
		uint64_t rule = hash_of_text(faults, i);
		while (hash_index_find(&index, rule, is_rule, faults->rules, &rule) != HASH_INDEX_NONE)
			rule = hash_word(rule, 0);
		faults->rules[i] = rule;
		hash_index_put(&index, rule, (uint32_t)i);
	}
	free(index.places);
	return true;
}

static bool needs_counters(const struct config *config)
{
	for (size_t i = 0; i < config->fault_count; i++)
		if (fault_is_counted(&config->faults[i], true))
			return true;
	return false;
}

static uint64_t seed_for(const struct faults *faults, const struct faults *older)
{
	uint64_t seed;
	if (faults->config->has_seed)
		return faults->config->seed;
	if (older && !older->config->has_seed && older->counters)
		return older->seed;
	return random_draw(&seed, sizeof(seed)) ? seed : (uint64_t)(uintptr_t)faults;
}

// Of the files that faults come from.
static uint64_t version_of(const struct config *config)
{
	uint64_t hash = HASH_START;
	for (size_t i = 0; i < config->fault_count; i++)
		if (config->faults[i].version)
			hash = hash_word(hash, config->faults[i].version);
	return hash;
}

static bool open_counters(struct faults *faults, const struct faults *older)
{
	faults->counters = counters_open(COUNTERS_SIZE);
	if (!faults->counters || !set_rules(faults))
		return false;
	faults->seed = seed_for(faults, older);
	if (!older || !older->counters)
		return true;
	faults->notice = atomic_load(&older->notice);
	if (version_of(faults->config) == version_of(older->config))
		counters_merge(faults->counters, older->counters);
	return true;
}

struct faults *faults_open(const struct config *config, const struct faults *older)
{
	struct faults *faults = calloc(1, sizeof(*faults) + config->fault_count * sizeof(faults->rules[0]));
	if (!faults)
		return NULL;
	faults->config = config;
	if (!config->fault_count)
		return faults;
	if (suffix_index_open(&faults->names, &config->faults->name, sizeof(*config->faults), config->fault_count) &&
		(!needs_counters(config) || open_counters(faults, older)))
		return faults;
	faults_close(faults);
	return NULL;
}

void faults_close(struct faults *faults)
{
	if (!faults)
		return;
	free(faults->counters);
	free(faults->names.places);
	free(faults);
}

static bool count_by_run(struct faults *faults, const struct fault *fault, struct run_count *count)
{
	if (!fault->counter)
		return false;
	const int saved = errno;
	const bool is_counted = run_ask_count(&faults->config->counters[fault->counter - 1], count);
	if (!is_counted)
		faults->reason = errno;
	errno = saved;
	return is_counted;
}

// Replaces the keys of the two counters in *count by their values before this lookup: the number of lookups that
// matched the rule, and of those with its name and type. Returns true if they are counted over the run, false if by
// process.
static bool count_lookup(struct faults *faults, const struct fault *fault, struct run_count *count)
{
	const bool matters = fault_is_counted(fault, faults->config->has_seed);
	int none = NOTICE_NONE;
	if (matters && count_by_run(faults, fault, count))
		return true;
	if (matters)
		atomic_compare_exchange_strong(&faults->notice, &none, NOTICE_DUE);
	count->rule = counters_add(faults->counters, count->rule);
	count->lookup = counters_add(faults->counters, count->lookup);
	return false;
}

// Does the lookup begin within the fault's time of the run?
static bool is_in_time(const struct faults *faults, const struct fault *fault)
{
	const struct config *config = faults->config;
	if (!(fault->parts & FAULT_FROM))
		return true;
	const int64_t begun = fault->counter ? config->counters[fault->counter - 1].begun : 0;
	const int64_t time = (clock_now() - (begun ? begun : config->begun)) / 1000;
	return time >= fault->from && (fault->until == UINT32_MAX || time < fault->until);
}

// The draw depends only on the count of this name and type, so that scheduling of threads does not change it; first=N
// and after=N depend on the count of the rule. Lookups outside the fault's time are not counted. Without a configured
// seed the process id is mixed in, so that forked children do not all make the same draws.
static struct fault_draw draw_number(struct faults *faults, size_t position, uint64_t name, uint16_t type)
{
	const struct fault *fault = &faults->config->faults[position];
	struct fault_draw draw = {.name = name, .position = position & INT32_MAX, .number = FAULT_NUMBER_BIT};
	if (!is_in_time(faults, fault))
		draw.number = 0;
	if (!draw.number || !fault_is_counted(fault, true))
		return draw;
	struct run_count counts = {.rule = faults->rules[position]};
	counts.lookup = hash_word(hash_word(counts.rule, name), type);
	draw.is_of_run = count_lookup(faults, fault, &counts);
	const uint64_t seed = faults->config->has_seed ? faults->seed : faults->seed ^ (uint64_t)getpid() << 32;
	const uint64_t key = random_next(random_next(random_next(seed ^ name) + position) + type);
	draw.number |= random_next(key + counts.lookup);
	draw.match = counts.rule < UINT32_MAX ? (uint32_t)counts.rule + 1 : UINT32_MAX;
	const bool is_in_turn = counts.rule >= fault->after && (!fault->first || counts.rule - fault->after < fault->first);
	if (!is_in_turn || fault_draw_percent(&draw) >= fault->percent)
		draw.number = 0;
	return draw;
}

static struct fault_draw draw_once(struct fault_injection *injection, size_t position, uint64_t name, uint16_t type)
{
	struct fault_draws *draws = &injection->draws;
	for (size_t i = 0; i < draws->count; i++)
		if (draws->list[i].name == name && draws->list[i].position == position)
			return draws->list[i];
	const struct fault_draw draw = draw_number(injection->faults, position, name, type);
	if (draws->count < FAULT_DRAWS_MAX)
		draws->list[draws->count++] = draw;
	return draw;
}

static bool is_for(const struct fault *fault, const struct lookup_context *lookup, const struct address *server)
{
	static const struct address none = {.family = AF_UNSPEC};
	return fault_is_by(fault, log_process_program(lookup->process)) &&
		address_equal(&fault->server, server ? server : &none);
}

// Returns the fault for a question that is not listed, NULL for one that is.
static const struct fault *find_unlisted(const struct lookup_context *lookup, const struct question *question)
{
	const struct name_lists *only = &lookup->fault_injection->faults->config->only;
	const enum listing_state state = name_lists_find(only, &question->name, question->type);
	if (state == LISTED_NOT)
		return lookup->is_listed ? NULL : &fault_unlisted_name;
	return state == LISTED ? NULL : &fault_unlisted_type;
}

const struct fault *faults_next(const struct lookup_context *lookup, const struct question *question,
	const struct address *server, size_t *position)
{
	const struct faults *faults = lookup->fault_injection->faults;
	const struct fault *unlisted = server || *position ? NULL : find_unlisted(lookup, question);
	if (unlisted)
		return unlisted;
	while (question->class == RRCLASS_IN &&
		(*position = suffix_index_next(&faults->names, &question->name, *position)) != SIZE_MAX) {
		const struct fault *fault = &faults->config->faults[(*position)++];
		if (fault_matches(fault, &question->name, question->type))
			return fault;
	}
	return NULL;
}

// By bytes, so that a seed has the same draws on all machines.
static uint64_t hash_for_draws(const struct name *name)
{
	uint64_t hash = HASH_START;
	for (unsigned i = 0; i < name->length; i++)
		hash = hash_word(hash, (uint64_t)ascii_lower(name->wire[i]));
	return hash;
}

static const struct fault *find(const struct lookup_context *lookup, const struct question *question,
	const struct address *server, struct fault_draw *draw)
{
	const uint64_t name = hash_for_draws(&question->name);
	const struct fault *fault;
	size_t position = 0;
	while ((fault = faults_next(lookup, question, server, &position))) {
		if (fault->is_only)
			return fault;
		if (!is_for(fault, lookup, server))
			continue;
		*draw = draw_once(lookup->fault_injection, position - 1, name, question->type);
		if (draw->number)
			return fault;
	}
	return NULL;
}

// Logs once that faults are counted by process: the counts in the log would be mistaken for those of the run.
NOINLINE_LARGE_FRAME static void log_notice(const struct lookup_context *lookup)
{
	char result[128];
	struct faults *faults = lookup->fault_injection->faults;
	int due = NOTICE_DUE;
	if (!atomic_compare_exchange_strong(&faults->notice, &due, NOTICE_TOLD))
		return;
	strbuf_join(result, sizeof(result), faults->reason ? "counted by process: " : "counted by process",
		faults->reason ? error_text(faults->reason) : "");
	const struct log_event event = {
		.kind = EVENT_CONFIG, .name = "faults", .result = {.text = result}, .microseconds = -1};
	lookup_context_log(lookup, &event);
}

struct fault_plan faults_plan(
	const struct lookup_context *lookup, const struct question *question, const struct address *server)
{
	struct fault_plan plan = {.begun = clock_now(), .draw.number = FAULT_NUMBER_BIT};
	plan.fault = find(lookup, question, server, &plan.draw);
	log_notice(lookup);
	return plan;
}
