// SPDX-License-Identifier: MIT
#include "resolver/fault_plan.h"

#include <stddef.h>
#include <stdlib.h>

#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/base/random.h"
#include "config/lookup_context.h"
#include "config/options.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/server_reply.h"
#include "resolver/dns/wire.h"
#include "resolver/dry_run.h"

// Without draws only a fault that applies in any case is found; each that may apply is reported.
static const struct fault *find_certain(const struct lookup_context *lookup, const struct question *question)
{
	struct dry_run_step step = {.kind = DRY_RUN_FAULT, .question = question};
	size_t position = 0;
	while (!step.is_certain && (step.fault = faults_next(lookup, question, NULL, &position))) {
		step.is_certain = !(step.fault->parts & FAULT_CONDITIONS);
		dry_run_note(lookup, &step);
	}
	return step.fault;
}

NOINLINE_LARGE_FRAME struct fault_plan fault_plan_make(
	const struct lookup_context *lookup, const struct question *question)
{
	const struct fault_injection *injection = lookup->fault_injection;
	struct fault_plan plan = {.begun = dry_run_clock(lookup), .draw.number = FAULT_NUMBER_BIT};
	if (lookup->dry_run)
		plan.fault = find_certain(lookup, question);
	else
		plan = faults_plan(lookup, question, NULL);
	plan.due = plan.begun;
	if (fault_plan_is_silent(&plan) && !(injection->sends_replies && fault_plan_has(&plan, FAULT_REPLY)))
		plan.due = lookup->deadline;
	else if (injection->delayed_name != name_hash(&question->name, HASH_START))
		plan.due += fault_plan_delay(&plan);
	return plan;
}

bool fault_plan_is_late(const struct fault_plan *plan, const struct lookup_context *lookup)
{
	return fault_plan_has(plan, FAULT_TIMEOUT | FAULT_DELAY | FAULT_REPLY) && plan->due >= lookup->deadline;
}

bool fault_plan_hides_records(const struct lookup_context *lookup)
{
	return lookup->as_packets && lookup->options->ignore_truncation;
}

// ---- changing the answers ----

static bool is_address(const struct record *record)
{
	return record->type == RRTYPE_A || record->type == RRTYPE_AAAA;
}

static void shuffle_records(struct answer *answer, uint64_t seed)
{
	struct record *addresses = calloc(answer->record_count + 1, sizeof(*addresses));
	size_t count = 0;
	if (!addresses)
		return;
	for (size_t i = 0; i < answer->record_count; i++)
		if (is_address(&answer->records[i]))
			addresses[count++] = answer->records[i];
	random_shuffle(addresses, count, sizeof(*addresses), seed);
	count = 0;
	for (size_t i = 0; i < answer->record_count; i++)
		if (is_address(&answer->records[i]))
			answer->records[i] = addresses[count++];
	free(addresses);
}

static void limit_records(struct answer *answer, uint32_t most)
{
	size_t kept = 0;
	uint32_t addresses = 0;
	for (size_t i = 0; i < answer->record_count; i++)
		if (!is_address(&answer->records[i]) || ++addresses <= most)
			answer->records[kept++] = answer->records[i];
	answer->record_count = kept;
}

static void change_records(const struct fault_plan *plan, struct answer *answer)
{
	if (fault_plan_has(plan, FAULT_SHUFFLE))
		shuffle_records(answer, plan->draw.number);
	if (fault_plan_has(plan, FAULT_LIMIT))
		limit_records(answer, plan->fault->limit);
}

// Composes a new message: the same header, the changed records.
static void change_message(const struct fault_plan *plan, const struct question *question, struct answer *answer)
{
	struct answer read;
	if (answer->message_size < PACKET_HEADER_SIZE ||
		!packet_read(answer->message, answer->message_size, question, &read))
		return;
	change_records(plan, &read);
	const uint16_t id = wire_u16(answer->message);
	if (read.outcome == OUTCOME_FOUND)
		server_reply_set_message(answer, &read, question, id);
	answer_clear(&read);
}

static void set_ttl(struct answer *answer, uint32_t ttl)
{
	for (size_t i = 0; i < answer->record_count; i++)
		answer->records[i].ttl = ttl;
	answer->lifetime = ttl;
	if (answer->message)
		packet_edit_set_ttl(answer->message, answer->message_size, ttl);
}

// Keeps only header and question, and sets TC.
static void truncate_message(const struct question *question, struct answer *answer)
{
	answer->record_count = 0;
	if (!answer->message && !server_reply_set_message(answer, answer, question, 0))
		return;
	packet_edit_strip(answer->message, answer->message_size, question);
	packet_edit_set_truncated(answer->message);
}

void fault_plan_note_host(const struct fault_plan *plan, const struct question *question, struct host_alteration *host)
{
	if (fault_plan_has(plan, FAULT_SHUFFLE) && !host->shuffle)
		host->shuffle = plan->draw.number;
	if (!fault_plan_has(plan, FAULT_LIMIT))
		return;
	if (!plan->fault->has_type)
		host->most = plan->fault->limit;
	else if (question->type == RRTYPE_A)
		host->most_ipv4 = plan->fault->limit;
	else
		host->most_ipv6 = plan->fault->limit;
}

NOINLINE_LARGE_FRAME void fault_plan_apply(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct answer *answer)
{
	if (fault_plan_has(plan, FAULT_REPLY))
		lookup->fault_injection->spoils = plan->fault;
	bool is_host = !lookup->as_packets && !lookup->fault_injection->is_single;
	if (fault_plan_has(plan, FAULT_TTL))
		set_ttl(answer, plan->fault->ttl);
	if (is_host && answer->outcome == OUTCOME_FOUND)
		fault_plan_note_host(plan, question, &lookup->fault_injection->host);
	else if (fault_plan_has(plan, FAULT_SHUFFLE | FAULT_LIMIT) && answer->message)
		change_message(plan, question, answer);
	else if (answer->outcome == OUTCOME_FOUND)
		change_records(plan, answer);
	if (!fault_plan_has(plan, FAULT_TRUNCATE) || answer_has_no_reply(answer))
		return;
	lookup->fault_injection->truncates = true;
	if (fault_plan_hides_records(lookup))
		truncate_message(question, answer);
	else
		answer->over_tcp = true;
}
