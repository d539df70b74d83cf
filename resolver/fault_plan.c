// SPDX-License-Identifier: MIT
#include "resolver/fault_plan.h"

#include <stddef.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/strbuf.h"
#include "config/fault_text.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
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
	if (lookup->dry_run)
		return faults_find_possible(injection->faults, question, note_fault, &dry_run_fault);
	const struct fault *fault = faults_find(injection->faults, &injection->draws, question, draw);
	log_notice(lookup);
	return fault;
}

NOINLINE_LARGE_FRAME struct fault_plan fault_plan_make(
	const struct lookup_context *lookup, const struct question *question)
{
	struct fault_injection *injection = lookup->fault_injection;
	struct fault_plan plan = {.begun = dry_run_clock(lookup)};
	plan.fault = find_fault(lookup, question, &plan.draw);
	plan.due = plan.begun;
	if (fault_plan_has(&plan, FAULT_TIMEOUT))
		plan.due = lookup->deadline;
	else if (fault_plan_has(&plan, FAULT_DELAY) && injection->delayed_name != name_hash(&question->name, HASH_START))
		plan.due += fault_delay(plan.fault, plan.draw.number) * INT64_C(1000);
	return plan;
}

bool fault_plan_is_late(const struct fault_plan *plan, const struct lookup_context *lookup)
{
	return fault_plan_has(plan, FAULT_TIMEOUT | FAULT_DELAY) && plan->due >= lookup->deadline;
}

// "match 2 of the run, drew 17 of 100". Returns text.
static const char *write_draw(const struct fault_plan *plan, char *text, size_t size)
{
	const struct fault_draw *draw = &plan->draw;
	struct strbuf line = {.bytes = text, .size = size};
	strbuf_add(&line, "match ");
	strbuf_add_number(&line, draw->match);
	strbuf_add(&line, draw->is_of_run ? " of the run" : " of the process");
	if (plan->fault->percent < 100) {
		strbuf_add(&line, ", drew ");
		strbuf_add_number(&line, fault_draw_percent(draw));
		strbuf_add(&line, " of 100");
	}
	return strbuf_end(&line);
}

NOINLINE_LARGE_FRAME void fault_plan_log(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct log_result result)
{
	char draw[80];
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], words[FAULT_TEXT_SIZE];
	if (!lookup_context_is_logged(lookup))
		return;
	const struct log_event event = {
		.kind = EVENT_FAULT,
		.name = name_write(&question->name, name),
		.arguments = fault_text_write(plan->fault, words),
		.type = rrtype_write(question->type, type),
		.result = result,
		.detail = plan->draw.match ? write_draw(plan, draw, sizeof(draw)) : NULL,
		.microseconds = clock_now() - plan->begun,
	};
	lookup_context_log(lookup, &event);
}
