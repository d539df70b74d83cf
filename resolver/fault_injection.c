// SPDX-License-Identifier: MIT
#include "resolver/fault_injection.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/base/error_text.h"
#include "config/base/hash.h"
#include "config/base/kernel.h"
#include "config/base/random.h"
#include "config/base/strbuf.h"
#include "config/config.h"
#include "config/fault.h"
#include "config/lookup_context.h"
#include "config/sync/frame.h"
#include "resolver/dns/packet.h"
#include "resolver/dry_run.h"

#define RETRANSMISSION INT64_C(50000)  // microseconds; about the delay that a lost datagram causes

// The fault that applies to one question.
struct fault_plan {
	const struct fault *fault;  // NULL: none
	struct fault_draw draw;
	int64_t due;  // clock_now from which its answer may be returned
	int64_t begun;
};

// One call of fault_injection_answer.
struct fault_call {
	struct faults *faults;
	const struct lookup_context *lookup;
	const struct real_resolver *real;
	const struct question *questions;
	size_t count;
	struct answer *answers;
	struct fault_plan plans[QUESTIONS_MAX];  // by question
};

// The list of draws needs no initialization (fault.h).
static void injection_start(struct fault_injection *injection)
{
	injection->draws.count = 0;
	injection->host = (struct host_alteration){0};
	injection->delayed_name = 0;
	injection->has_fault_answer = false;
	injection->is_single = false;
}

struct lookup_context fault_injection_begin(struct fault_injection *injection, const struct lookup_context *lookup)
{
	struct lookup_context with_injection = *lookup;
	if (!lookup->config->fault_count)
		return with_injection;
	injection_start(injection);
	with_injection.fault_injection = injection;
	return with_injection;
}

static bool has(const struct fault_plan *plan, unsigned actions)
{
	return plan->fault && plan->fault->actions & actions;
}

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
NOINLINE_LARGE_FRAME static void log_notice(struct faults *faults, const struct lookup_context *lookup)
{
	char result[128];
	int reason;
	if (!faults_take_notice(faults, &reason) || !lookup_context_is_logged(lookup))
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
static const struct fault *find_fault(struct faults *faults, const struct lookup_context *lookup,
	const struct question *question, struct fault_draw *draw)
{
	struct dry_run_fault dry_run_fault = {lookup, question};
	*draw = (struct fault_draw){.number = FAULT_NUMBER_BIT};
	if (lookup->dry_run)
		return faults_find_possible(faults, question, note_fault, &dry_run_fault);
	const struct fault *fault = faults_find(faults, &lookup->fault_injection->draws, question, draw);
	log_notice(faults, lookup);
	return fault;
}

NOINLINE_LARGE_FRAME static struct fault_plan plan_question(
	struct faults *faults, const struct lookup_context *lookup, const struct question *question)
{
	struct fault_injection *injection = lookup->fault_injection;
	struct fault_plan plan = {.begun = dry_run_clock(lookup)};
	plan.fault = find_fault(faults, lookup, question, &plan.draw);
	plan.due = plan.begun;
	if (has(&plan, FAULT_TIMEOUT))
		plan.due = lookup->deadline;
	else if (has(&plan, FAULT_DELAY) && injection->delayed_name != name_hash(&question->name, HASH_START))
		plan.due += fault_delay(plan.fault, plan.draw.number) * INT64_C(1000);
	return plan;
}

static bool is_too_late(const struct fault_plan *plan, const struct lookup_context *lookup)
{
	return has(plan, FAULT_TIMEOUT | FAULT_DELAY) && plan->due >= lookup->deadline;
}

static bool is_fault_answer(const struct fault_plan *plan, const struct lookup_context *lookup)
{
	return has(plan, FAULT_OUTCOMES) || is_too_late(plan, lookup);
}

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
		lookup->while_waiting();
	for (int64_t left; (left = when - clock_now()) > 0;)
		if (kernel_poll(NULL, 0, (int)clock_least((left + 999) / 1000, INT_MAX)) < 0 && errno != EINTR)
			break;
	errno = saved;
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

NOINLINE_LARGE_FRAME static void log_fault(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct log_result result)
{
	char draw[80];
	char name[NAME_TEXT_SIZE], type[RRTYPE_TEXT_SIZE], words[FAULT_TEXT_SIZE];
	if (!lookup_context_is_logged(lookup))
		return;
	const struct log_event event = {
		.kind = EVENT_FAULT,
		.name = name_write(&question->name, name),
		.arguments = fault_write(plan->fault, words),
		.type = rrtype_write(question->type, type),
		.result = result,
		.detail = plan->draw.match ? write_draw(plan, draw, sizeof(draw)) : NULL,
		.microseconds = clock_now() - plan->begun,
	};
	lookup_context_log(lookup, &event);
}

NOINLINE_LARGE_FRAME static void log_answer(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, const struct answer *answer)
{
	char rcode[RRTYPE_TEXT_SIZE];
	bool is_silence = answer->outcome == OUTCOME_TRY_AGAIN && answer->error == ETIMEDOUT;
	log_fault(lookup, plan, question,
		is_silence ? log_result_of_error(ETIMEDOUT) : log_result_of_rcode(answer->rcode, rcode));
}

// ---- asking the real resolver ----

// With ignore-truncation the program gets the truncated message, which is made from the complete reply.
static bool shows_truncation(const struct lookup_context *lookup)
{
	return lookup->as_packets && lookup->options->ignore_truncation;
}

// Asks count questions from index first on; the fault of the first decides how.
static void ask_real_resolver(const struct fault_call *call, size_t first, size_t count)
{
	const struct fault_plan *plan = &call->plans[first];
	struct lookup_context lookup = *call->lookup;
	struct options options;
	lookup.loses_first = has(plan, FAULT_DROP);
	if (has(plan, FAULT_TRUNCATE) && !shows_truncation(call->lookup)) {
		options = *call->lookup->options;
		options.use_vc = true;
		lookup.options = &options;
	}
	call->real->answer(call->real->context, &lookup, &call->questions[first], count, &call->answers[first]);
}

// Returns whether the two questions can be asked in one call, since their faults change the call in the same way.
static bool go_together(const struct fault_plan *one, const struct fault_plan *other)
{
	const unsigned ways = FAULT_DROP | FAULT_TRUNCATE;
	return has(one, FAULT_DROP) == has(other, FAULT_DROP) && has(one, ways) == has(other, ways);
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
		if (is_too_late(plan, call->lookup))
			*answer = (struct answer){.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT, .source = SOURCE_FAULT};
		else if (!plan->fault || fault_answer(plan->fault, &call->questions[i], answer) == OUTCOME_PASS)
			left |= 1u << i;
	}
	return left;
}

// Answers the questions in mask, whose delays are over.
static void answer_planned(const struct fault_call *call, unsigned mask)
{
	const unsigned left = answer_by_faults(call, mask);
	if (left == 3 && go_together(&call->plans[0], &call->plans[1])) {
		ask_real_resolver(call, 0, 2);
		return;
	}
	for (size_t i = 0; i < call->count; i++)
		if (left & 1u << i)
			ask_real_resolver(call, i, 1);
}

// ---- changing the answers ----

static bool is_address(const struct record *record)
{
	return record->type == RRTYPE_A || record->type == RRTYPE_AAAA;
}

static void shuffle_records(struct answer *answer, uint64_t number)
{
	size_t *places = calloc(answer->record_count + 1, sizeof(*places)), count = 0;
	if (!places)
		return;
	for (size_t i = 0; i < answer->record_count; i++)
		if (is_address(&answer->records[i]))
			places[count++] = i;
	for (; count > 1; count--) {
		number = random_next(number);
		struct record *one = &answer->records[places[count - 1]], *other = &answer->records[places[number % count]];
		struct record moved = *one;
		*one = *other;
		*other = moved;
	}
	free(places);
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
	if (has(plan, FAULT_SHUFFLE))
		shuffle_records(answer, plan->draw.number);
	if (has(plan, FAULT_LIMIT))
		limit_records(answer, plan->fault->limit);
}

// Composes the message anew: the same header, the changed records.
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
		packet_set_ttl(answer->message, answer->message_size, ttl);
}

// Keeps only header and question, and sets TC.
static void truncate_message(const struct question *question, struct answer *answer)
{
	answer->record_count = 0;
	if (!answer->message)
		answer->message = packet_write_reply(answer, question, 0, &answer->message_size);
	if (!answer->message)
		return;
	packet_strip_reply(answer->message, answer->message_size, question);
	packet_set_truncated(answer->message);
}

// The addresses of a host are changed after they are sorted: records how.
static void note_host_alteration(
	const struct fault_plan *plan, const struct question *question, struct host_alteration *host)
{
	if (has(plan, FAULT_SHUFFLE) && !host->shuffle)
		host->shuffle = plan->draw.number;
	if (!has(plan, FAULT_LIMIT))
		return;
	if (!plan->fault->has_type)
		host->most = plan->fault->limit;
	else if (question->type == RRTYPE_A)
		host->most_ipv4 = plan->fault->limit;
	else
		host->most_ipv6 = plan->fault->limit;
}

NOINLINE_LARGE_FRAME static void change_answer(const struct lookup_context *lookup, const struct fault_plan *plan,
	const struct question *question, struct answer *answer)
{
	bool is_host = !lookup->as_packets && !lookup->fault_injection->is_single;
	if (has(plan, FAULT_TTL))
		set_ttl(answer, plan->fault->ttl);
	if (is_host && answer->outcome == OUTCOME_FOUND)
		note_host_alteration(plan, question, &lookup->fault_injection->host);
	else if (has(plan, FAULT_SHUFFLE | FAULT_LIMIT) && answer->message)
		change_message(plan, question, answer);
	else if (answer->outcome == OUTCOME_FOUND)
		change_records(plan, answer);
	if (!has(plan, FAULT_TRUNCATE) || answer_is_silence(answer))
		return;
	if (shows_truncation(lookup))
		truncate_message(question, answer);
	else
		answer->over_tcp = true;
}

// Returns whether a drop fault found no datagram to drop: the answer is not a server's. The delay is then simulated.
static bool is_without_datagram(const struct fault_plan *plan, const struct answer *answer)
{
	return has(plan, FAULT_DROP) && answer->source != SOURCE_SERVER && !answer_is_silence(answer);
}

static void change_planned(const struct fault_call *call)
{
	const struct lookup_context *lookup = call->lookup;
	for (size_t i = 0; i < call->count; i++) {
		const struct fault_plan *plan = &call->plans[i];
		if (!plan->fault)
			continue;
		lookup->fault_injection->has_fault_answer |= is_fault_answer(plan, lookup);
		change_answer(lookup, plan, &call->questions[i], &call->answers[i]);
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
		*plan = plan_question(call->faults, call->lookup, &call->questions[i]);
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

// For a caller without fault_injection_begin: only the questions of this call share draws.
NOINLINE_LARGE_FRAME static void answer_single_call(struct fault_call *call)
{
	struct fault_injection own;
	struct lookup_context single = *call->lookup;
	injection_start(&own);
	own.is_single = true;
	single.fault_injection = &own;
	call->lookup = &single;
	answer_call(call);
}

void fault_injection_answer(struct faults *faults, const struct lookup_context *lookup,
	const struct question *questions, size_t count, const struct real_resolver *real, struct answer *answers)
{
	struct fault_call call = {
		.faults = faults,
		.lookup = lookup,
		.real = real,
		.questions = questions,
		.count = count,
		.answers = answers,
	};
	(lookup->fault_injection ? answer_call : answer_single_call)(&call);
}

// ---- the hosts file ----

unsigned fault_injection_hosts_mask(struct faults *faults, const struct lookup_context *lookup, const struct name *name,
	const uint16_t *types, size_t count)
{
	unsigned admitted = 0;
	for (size_t i = 0; i < count; i++) {
		const struct question question = {*name, types[i], RRCLASS_IN};
		struct fault_draw draw;
		const struct fault *fault = find_fault(faults, lookup, &question, &draw);
		if (!fault || !(fault->actions & FAULT_OUTCOMES))
			admitted |= 1u << i;
	}
	lookup->fault_injection->has_fault_answer |= !admitted;
	return admitted;
}

enum outcome fault_injection_host(struct faults *faults, const struct lookup_context *lookup, const struct name *name,
	const uint16_t *types, size_t count, struct host *host)
{
	struct fault_plan plans[QUESTIONS_MAX] = {0};
	int64_t until = 0;
	bool is_late = false;
	for (size_t i = 0; i < count; i++) {
		const struct question question = {*name, types[i], RRCLASS_IN};
		plans[i] = plan_question(faults, lookup, &question);
		until = clock_most(until, plans[i].due + (has(&plans[i], FAULT_DROP) ? RETRANSMISSION : 0));
		is_late |= is_too_late(&plans[i], lookup);
	}
	if (until > plans[0].begun) {
		wait_until(lookup, until);
		lookup->fault_injection->delayed_name = name_hash(name, HASH_START);
	}
	for (size_t i = 0; i < count; i++) {
		const struct question question = {*name, types[i], RRCLASS_IN};
		if (!plans[i].fault)
			continue;
		note_host_alteration(&plans[i], &question, &lookup->fault_injection->host);
		log_fault(lookup, &plans[i], &question, (struct log_result){.code = is_late ? RESULT_TIMEOUT : RESULT_NOERROR});
	}
	lookup->fault_injection->has_fault_answer |= is_late;
	if (!is_late)
		return OUTCOME_FOUND;
	host_clear(host);
	host->error = ETIMEDOUT;
	host->source = SOURCE_FAULT;
	return OUTCOME_TRY_AGAIN;
}
