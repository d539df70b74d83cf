// SPDX-License-Identifier: MIT
#include "resolver/fault_injection.h"

#include <errno.h>

#include "config/base/clock.h"
#include "config/base/compiler.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/lookup_context.h"
#include "config/options.h"
#include "resolver/dry_run.h"
#include "resolver/fault_plan.h"
#include "resolver/sources.h"

#define RETRANSMISSION INT64_C(50000)  // microseconds; about the delay that a lost datagram causes

// One call of fault_injection_answer.
struct fault_call {
	const struct sources *sources;
	const struct lookup_context *lookup;
	const struct question *questions;
	size_t count;
	struct answer *answers;
	struct fault_plan plans[QUESTIONS_MAX];  // by question
};

// Continues after signals. A dry run only adds up the time.
static void wait_until(const struct lookup_context *lookup, int64_t when)
{
	int saved = errno;
	when = clock_least(when, lookup->deadline);
	if (lookup->dry_run) {
		lookup->dry_run->waited += clock_most(when - dry_run_clock(lookup), 0);
		return;
	}
	if (lookup->while_waiting)
		lookup->while_waiting(lookup->begun);
	for (int left; (left = clock_milliseconds_until(when)) > 0;)
		if (kernel_poll(NULL, 0, left) < 0 && errno != EINTR)
			break;
	errno = saved;
}

NOINLINE_LARGE_FRAME static void log_answer(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE];
	bool is_silence = answer->outcome == OUTCOME_TRY_AGAIN && answer->error == ETIMEDOUT;
	struct log_result result = log_result_of_rcode(answer->rcode, rcode);
	if (is_silence)
		result = log_result_of_error(ETIMEDOUT);
	else if (fault_plan_has(plan, FAULT_REPLY))
		result = (struct log_result){.code = RESULT_MALFORMED};
	fault_log(lookup, plan, question, result);
}

// ---- asking the sources ----

// Asks count questions from index first on; the fault of the first decides how.
static void ask_planned(const struct fault_call *call, size_t first, size_t count)
{
	const struct fault_plan *plan = &call->plans[first];
	struct lookup_context lookup = *call->lookup;
	struct options options;
	lookup.drops_first = fault_plan_has(plan, FAULT_DROP);
	if (fault_plan_has(plan, FAULT_TRUNCATE) && !fault_plan_hides_records(call->lookup)) {
		options = *call->lookup->options;
		options.use_vc = true;
		lookup.options = &options;
	}
	sources_answer(call->sources, &lookup, &call->questions[first], count, &call->answers[first]);
}

// Returns the actions that change how the sources are asked. Questions for which they are equal are asked
// together.
static unsigned manner_of(const struct fault_plan *plan)
{
	return plan->fault ? plan->fault->parts & (FAULT_DROP | FAULT_TRUNCATE) : 0;
}

// Fills the answers that faults supply to the questions in mask. Returns the mask of the other questions.
static unsigned answer_by_faults(const struct fault_call *call, unsigned mask)
{
	unsigned left = 0;
	for (size_t i = 0; i < call->count; i++) {
		const struct fault_plan *plan = &call->plans[i];
		struct answer *answer = &call->answers[i];
		if (!(mask & 1u << i))
			continue;
		*answer = (struct answer){0};
		if (fault_plan_is_late(plan, call->lookup))
			*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT, .source = SOURCE_FAULT};
		else if (!plan->fault || fault_answer(plan, &call->questions[i], answer) == OUTCOME_PASS)
			left |= 1u << i;
	}
	return left;
}

// Answers the questions in mask, whose delays are over.
static void answer_planned(const struct fault_call *call, unsigned mask)
{
	const unsigned left = answer_by_faults(call, mask);
	if (left == 3 && manner_of(&call->plans[0]) == manner_of(&call->plans[1])) {
		ask_planned(call, 0, 2);
		return;
	}
	for (size_t i = 0; i < call->count; i++)
		if (left & 1u << i)
			ask_planned(call, i, 1);
}

// Returns whether a drop fault found no datagram to drop: the answer is not a server's. The delay is then simulated.
static bool is_without_datagram(const struct fault_plan *plan, const struct answer *answer)
{
	return fault_plan_has(plan, FAULT_DROP) && answer->source != SOURCE_SERVER && !answer_has_no_reply(answer);
}

static void change_planned(const struct fault_call *call)
{
	const struct lookup_context *lookup = call->lookup;
	for (size_t i = 0; i < call->count; i++) {
		const struct fault_plan *plan = &call->plans[i];
		if (!plan->fault)
			continue;
		lookup->fault_injection->has_fault_answer |=
			fault_plan_has(plan, FAULT_OUTCOMES) || fault_plan_is_late(plan, lookup);
		fault_plan_apply(lookup, plan, &call->questions[i], &call->answers[i]);
		log_answer(lookup, plan, &call->questions[i], &call->answers[i]);
	}
}

// Questions without a delay are answered before the wait for the others.
static void answer_call(struct fault_call *call)
{
	unsigned delayed = 0;
	int64_t until = 0;
	for (size_t i = 0; i < call->count; i++) {
		struct fault_plan *plan = &call->plans[i];
		*plan = fault_plan_make(call->lookup, &call->questions[i]);
		delayed |= (plan->due > plan->begun ? 1u : 0) << i;
		until = clock_most(until, plan->due);
	}
	answer_planned(call, ((1u << call->count) - 1) & ~delayed);
	if (delayed) {
		wait_until(call->lookup, until);
		answer_planned(call, delayed);
	}
	for (size_t i = 0; i < call->count; i++)
		if (is_without_datagram(&call->plans[i], &call->answers[i]))
			wait_until(call->lookup, call->plans[i].due + RETRANSMISSION);
	change_planned(call);
	if (delayed)
		call->lookup->fault_injection->delayed_name = name_hash(&call->questions[0].name, HASH_START);
}

// For a caller without resolver_begin: only the questions of this call share draws.
NOINLINE_LARGE_FRAME static void answer_single_call(struct fault_call *call)
{
	struct fault_injection own = {.faults = call->sources->faults, .is_single = true};
	struct lookup_context single = *call->lookup;
	single.fault_injection = &own;
	call->lookup = &single;
	answer_call(call);
}

void fault_injection_answer(const struct sources *sources, const struct lookup_context *lookup,
	const struct question *questions, size_t count, struct answer *answers)
{
	struct fault_call call = {sources, lookup, questions, count, answers, {{0}}};
	(lookup->fault_injection ? answer_call : answer_single_call)(&call);
}

// ---- the hosts file ----

unsigned fault_injection_hosts_mask(const struct lookup_context *lookup, const struct question *questions, size_t count)
{
	unsigned admitted = 0;
	for (size_t i = 0; i < count; i++) {
		const struct fault_plan plan = fault_plan_make(lookup, &questions[i]);
		admitted |= (fault_plan_has(&plan, FAULT_OUTCOMES) ? 0 : 1u) << i;
	}
	lookup->fault_injection->has_fault_answer |= !admitted;
	return admitted;
}

enum outcome fault_injection_host(const struct lookup_context *lookup, const struct question *questions, size_t count,
	unsigned admitted, struct host *host)
{
	struct fault_injection *injection = lookup->fault_injection;
	struct fault_plan plans[QUESTIONS_MAX] = {{0}};
	int64_t until = 0;
	bool is_late = false;
	for (size_t i = 0; i < count; i++) {
		plans[i] = fault_plan_make(lookup, &questions[i]);
		until = clock_most(until, plans[i].due + (fault_plan_has(&plans[i], FAULT_DROP) ? RETRANSMISSION : 0));
		is_late |= admitted & 1u << i && fault_plan_is_late(&plans[i], lookup);
	}
	if (until > plans[0].begun) {
		wait_until(lookup, until);
		injection->delayed_name = name_hash(&questions[0].name, HASH_START);
	}
	for (size_t i = 0; i < count; i++) {
		if (!plans[i].fault)
			continue;
		const bool is_timeout = admitted & 1u << i ? is_late : fault_plan_is_late(&plans[i], lookup);
		fault_plan_note_host(&plans[i], &questions[i], &injection->host);
		fault_log(lookup, &plans[i], &questions[i],
			(struct log_result){.code = is_timeout ? RESULT_TIMEOUT : RESULT_NOERROR});
	}
	injection->has_fault_answer |= is_late;
	if (!is_late)
		return OUTCOME_FOUND;
	host_clear(host);
	host->error = ETIMEDOUT;
	host->source = SOURCE_FAULT;
	return OUTCOME_TRY_AGAIN;
}
