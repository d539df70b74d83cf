// SPDX-License-Identifier: MIT
#include "shim/command/query/targets.h"

#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/random.h"
#include "config/base/rrtype.h"
#include "config/config.h"
#include "resolver/dns/packet.h"
#include "resolver/resolver.h"
#include "resolver/search.h"
#include "shim/command/libc_query.h"
#include "shim/command/query/query_host.h"
#include "shim/command/query/query_lookup.h"

const struct targets_kind targets_mail = {
	RRTYPE_MX, 1, "mail exchangers", "mail_exchangers", "mail_exchangers_lookup", {"preference"}};
const struct targets_kind targets_name_servers = {
	RRTYPE_NS, 0, "name servers", "name_servers", "name_servers_lookup", {NULL}};
const struct targets_kind targets_services = {
	RRTYPE_SRV, 3, "servers", "servers", "servers_lookup", {"priority", "weight", "port"}};

static bool read_record(
	const struct targets_kind *kind, const struct answer *answer, const struct record *record, struct target *out)
{
	const uint8_t *data = answer_data(answer, record);
	size_t numbers = 2 * kind->number_count;
	struct name name;
	if (record->type != kind->type || record->data_length < numbers)
		return false;
	if (!name_from_wire(data + numbers, record->data_length - (unsigned)numbers, &name))
		return false;
	for (size_t i = 0; i < kind->number_count; i++)
		out->numbers[i] = (uint16_t)(data[2 * i] << 8 | data[2 * i + 1]);
	name_write(&name, out->name);
	if (name.length > 1)
		strcat(out->name, ".");
	return true;
}

// "." means that there is no such service, or no mail (RFC 2782, RFC 7505).
static void drop_denials(struct targets *targets)
{
	size_t kept = 0;
	for (size_t i = 0; i < targets->count; i++)
		if (strcmp(targets->list[i].name, ".") != 0)
			targets->list[kept++] = targets->list[i];
	if (targets->count > 0 && kept == 0) {
		targets->result.outcome = OUTCOME_NO_DATA;
		strcpy(targets->result.reasons, "the record there says that there is none");
	}
	targets->count = kept;
}

// Takes what is kept of a lookup that has ended.
static void finish(struct query_lookup *lookup, struct targets_result *out)
{
	out->outcome = lookup->outcome;
	strcpy(out->reasons, lookup->outcome != OUTCOME_FOUND && lookup->reasons != NULL ? lookup->reasons : "");
	query_lookup_clear(lookup);
}

void targets_find_host(const struct query *query, const char *name, struct targets_result *result, struct host *host)
{
	struct query_lookup lookup;
	query_lookup_begin(&lookup, query, name);
	query_host_find(&lookup, NULL, host);
	finish(&lookup, result);
}

static bool add_records(struct targets *targets, const struct targets_kind *kind, const struct answer *answer)
{
	for (size_t i = 0; i < answer->record_count; i++) {
		struct target target = {.result.outcome = OUTCOME_PASS};
		if (read_record(kind, answer, &answer->records[i], &target) &&
			!array_append(&targets->list, &targets->count, &target, sizeof(target)))
			return false;
	}
	return true;
}

// A name whose source is libc.
static enum outcome ask_libc(struct targets *targets, const struct targets_kind *kind, const char *name)
{
	enum outcome outcome;
	size_t size;
	uint8_t *message = libc_query_message(name, RRCLASS_IN, kind->type, &size, &outcome);
	struct answer answer = {.outcome = OUTCOME_PASS};
	if (message != NULL && !(packet_read_records(message, size, &answer) && add_records(targets, kind, &answer)))
		outcome = OUTCOME_ERROR;
	answer_clear(&answer);
	free(message);
	return outcome == OUTCOME_FOUND && targets->count == 0 ? OUTCOME_NO_DATA : outcome;
}

static void find_records(
	const struct query *query, const struct targets_kind *kind, const char *name, struct targets *out)
{
	struct query_lookup lookup;
	struct question question = {.type = kind->type, .class = RRCLASS_IN};
	struct answer answer;
	char text[SEARCH_TEXT_SIZE];
	query_lookup_begin(&lookup, query, name);
	name_read(name, &question.name);
	const struct lookup_context *context = &lookup.context;
	enum outcome outcome = search_answer(&(struct search){query->resolver, context, &question, &answer, 1}, name);
	if (outcome == OUTCOME_FOUND && !add_records(out, kind, &answer))
		outcome = OUTCOME_ERROR;
	else if (outcome == OUTCOME_SYSTEM)
		outcome = ask_libc(out, kind, search_libc_name(query->resolver, context, name, &question, text));
	query_lookup_end(&lookup, outcome, 0);
	finish(&lookup, &out->result);
	answer_clear(&answer);
	drop_denials(out);
}

// By priority or preference, then by weight, then by name.
static int compare_targets(const void *one, const void *other)
{
	const struct target *first = one, *second = other;
	for (size_t i = 0; i < 2; i++)
		if (first->numbers[i] != second->numbers[i])
			return ARRAY_ORDER(first->numbers[i], second->numbers[i]);
	return strcmp(first->name, second->name);
}

static uint64_t draw_seed(const struct config *config)
{
	uint64_t seed = config->seed;
	if (!config->has_seed && !random_draw(&seed, sizeof(seed)))
		seed = 0;
	return seed;
}

// RFC 2782: within a priority, the probability of each target to be next is its share of the remaining weights; targets
// of weight 0 come first, so that a draw of 0 selects them.
static size_t draw_next(const struct targets *targets, size_t from, size_t end, uint64_t number)
{
	uint64_t sum = 0;
	for (size_t i = from; i < end; i++)
		sum += targets->list[i].numbers[1];
	uint64_t draw = number % (sum + 1), running = 0;
	for (size_t i = from; i < end; i++) {
		running += targets->list[i].numbers[1];
		if (running >= draw)
			return i;
	}
	return from;
}

// Moves one element forward; the others keep their order.
static void move_to(struct targets *targets, size_t from, size_t to)
{
	struct target target = targets->list[from];
	memmove(&targets->list[to + 1], &targets->list[to], (from - to) * sizeof(target));
	targets->list[to] = target;
}

static void draw_order(struct targets *targets, uint64_t seed)
{
	for (size_t at = 0; at < targets->count; at++) {
		size_t end = at;
		while (end < targets->count && targets->list[end].numbers[0] == targets->list[at].numbers[0])
			end++;
		seed = random_next(seed);
		move_to(targets, draw_next(targets, at, end, seed), at);
	}
}

void targets_find(const struct query *query, const struct targets_kind *kind, const char *name, struct targets *out)
{
	*out = (struct targets){.count = 0};
	find_records(query, kind, name, out);
	if (out->count > 0)
		qsort(out->list, out->count, sizeof(*out->list), compare_targets);
	if (kind->type == RRTYPE_SRV)
		draw_order(out, draw_seed(resolver_config(query->resolver)));
	for (size_t i = 0; i < out->count; i++)
		targets_find_host(query, out->list[i].name, &out->list[i].result, &out->list[i].host);
}

void targets_clear(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		host_clear(&targets->list[i].host);
	free(targets->list);
}
