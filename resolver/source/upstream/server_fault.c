// SPDX-License-Identifier: MIT
#include "resolver/source/upstream/server_fault.h"

#include <errno.h>
#include <stdlib.h>

#include "config/base/clock.h"
#include "config/log_event.h"
#include "config/lookup_context.h"
#include "resolver/dns/packet_edit.h"
#include "resolver/source/fault_log.h"
#include "resolver/source/upstream/transport.h"
#include "resolver/source/upstream/upstream_request.h"

static struct fault_plan find(
	const struct lookup_context *lookup, const struct address *server, const struct question *question)
{
	const struct fault_subject subject = {question, log_process_program(lookup->process), server, false};
	struct fault_plan plan = {.begun = clock_now()};
	struct fault_injection *injection = lookup->fault_injection;
	plan.fault = faults_find(injection->faults, &injection->draws, &subject, &plan.draw);
	return plan;
}

struct fault_plan server_fault_find(
	const struct upstream_request *request, const struct address *server, unsigned asked, unsigned *together)
{
	struct fault_plan first = {0};
	unsigned seen = 0;
	*together = asked;
	if (!request->lookup->fault_injection)
		return first;
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (!(asked & 1u << i))
			continue;
		const struct fault_plan plan = find(request->lookup, server, &request->questions[i]);
		if (!seen)
			first = plan;
		if (plan.fault == first.fault)
			seen |= 1u << i;
	}
	*together = seen;
	return first;
}

void server_fault_log(const struct upstream_request *request, const struct fault_plan *plan, unsigned asked)
{
	for (size_t i = 0; plan->fault && i < QUESTIONS_MAX; i++)
		if (asked & 1u << i)
			fault_log(request->lookup, plan, &request->questions[i], (struct log_result){0});
}

bool server_fault_feigns(const struct fault_plan *plan, bool stream)
{
	return fault_plan_has(plan, FAULT_OUTCOMES) || (fault_plan_has(plan, FAULT_TRUNCATE) && !stream);
}

// Returns an allocated reply; NULL without memory.
static uint8_t *write_reply(const struct fault_plan *plan, const struct question *question, uint16_t id, size_t *size)
{
	struct answer answer = {0};
	if (fault_plan_has(plan, FAULT_REPLY)) {
		uint8_t *unusable = malloc(FAULT_REPLY_SIZE);
		*size = unusable ? fault_write_reply(plan->fault, question, id, unusable) : 0;
		return unusable;
	}
	const enum outcome outcome = fault_answer(plan->fault, plan->draw.number, question, &answer);
	uint8_t *message = outcome != OUTCOME_ERROR ? packet_write_reply(&answer, question, id, size) : NULL;
	answer_clear(&answer);
	if (message && outcome == OUTCOME_PASS)
		packet_edit_set_truncated(message);
	return message;
}

int server_fault_reply(const struct fault_plan *plan, const struct question *questions, const uint16_t *ids,
	unsigned asked, struct channel *channel)
{
	struct message_view replies[QUESTIONS_MAX];
	size_t count = 0;
	bool is_whole = true;
	for (size_t i = 0; i < QUESTIONS_MAX; i++) {
		if (!(asked & 1u << i) || fault_plan_has(plan, FAULT_TIMEOUT))
			continue;
		struct message_view *reply = &replies[count];
		reply->bytes = write_reply(plan, &questions[i], ids[i], &reply->size);
		is_whole &= reply->bytes != NULL;
		count += reply->bytes != NULL;
	}
	errno = ENOMEM;
	const int result = is_whole ? channel_open_feigned(channel, replies, count) : -1;
	while (count)
		free((void *)replies[--count].bytes);
	return result;
}
