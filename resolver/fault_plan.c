// SPDX-License-Identifier: MIT
#include "resolver/fault_plan.h"

#include <stddef.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/random.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/fault_text.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/dns/packet.h"
#include "resolver/dns/packet_edit.h"
#include "resolver/dns/packet_write.h"
#include "resolver/dry_run.h"

// Context of note_fault.
struct dry_run_fault {
	const struct lookup_context *lookup;
	const struct question *question;
};

static void note_fault(const struct fault *fault, bool is_certain, void *context)
{
	const struct dry_run_fault *dry_run_fault = context;
	const struct dry_run_step step = {
		.kind = DRY_RUN_FAULT,
		.fault = fault,
		.question = dry_run_fault->question,
		.is_certain = is_certain,
	};
	dry_run_note(dry_run_fault->lookup, &step);
}

// Logs once that faults are counted by process: the counts in the log would be mistaken for those of the run.
NOINLINE_LARGE_FRAME static void log_notice(const struct lookup_context *lookup)
{
	char result[128];
	int reason;
	if (!faults_take_notice(lookup->fault_injection->faults, &reason) || !lookup_context_is_logged(lookup))
		return;
	struct strbuf line = {.bytes = result, .size = sizeof(result)};
	strbuf_add(&line, reason ? "counted by process: " : "counted by process");
	strbuf_add(&line, reason ? error_text(reason) : "");
	strbuf_end(&line);
	const struct log_event event = {
		.kind = EVENT_CONFIG, .name = "faults", .result = {.text = result}, .microseconds = -1};
	lookup_context_log(lookup, &event);
}

// In a dry run there are no draws: only a fault that applies without one is found.
static const struct fault *find_fault(
	const struct lookup_context *lookup, const struct question *question, struct fault_draw *draw)
{
	struct fault_injection *injection = lookup->fault_injection;
	struct dry_run_fault dry_run_fault = {lookup, question};
	*draw = (struct fault_draw){.number = FAULT_NUMBER_BIT};
	const struct fault_subject subject = {question, log_process_program(lookup->process), NULL, lookup->is_listed};
	if (lookup->dry_run)
		return faults_find_possible(injection->faults, &subject, note_fault, &dry_run_fault);
	const struct fault *fault = faults_find(injection->faults, &injection->draws, &subject, draw);
	log_notice(lookup);
	return fault;
}

// A stub resolver ignores a reply without its question or with another id, and waits for the one to its query.
static bool is_silence(const struct fault_plan *plan, const struct fault_injection *injection)
{
	const bool is_ignored = fault_plan_has(plan, FAULT_REPLY) && plan->fault->reply != FAULT_REPLY_GARBAGE;
	return fault_plan_has(plan, FAULT_TIMEOUT) || (is_ignored && !injection->sends_replies);
}

NOINLINE_LARGE_FRAME struct fault_plan fault_plan_make(
	const struct lookup_context *lookup, const struct question *question)
{
	struct fault_injection *injection = lookup->fault_injection;
	struct fault_plan plan = {.begun = dry_run_clock(lookup)};
	plan.fault = find_fault(lookup, question, &plan.draw);
	plan.due = plan.begun;
	if (is_silence(&plan, injection))
		plan.due = lookup->deadline;
	else if (fault_plan_has(&plan, FAULT_DELAY) && injection->delayed_name != name_hash(&question->name, HASH_START))
		plan.due += fault_delay(plan.fault, plan.draw.number) * INT64_C(1000);
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
	size_t size;
	if (answer->message_size < PACKET_HEADER_SIZE ||
		!packet_read(answer->message, answer->message_size, question, &read))
		return;
	change_records(plan, &read);
	uint16_t id = (uint16_t)(answer->message[0] << 8 | answer->message[1]);
	uint8_t *message = read.outcome == OUTCOME_FOUND ? packet_write_reply(&read, question, id, &size) : NULL;
	if (message) {
		free(answer->message);
		answer->message = message;
		answer->message_size = size;
	}
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
	if (!answer->message)
		answer->message = packet_write_reply(answer, question, 0, &answer->message_size);
	if (!answer->message)
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
