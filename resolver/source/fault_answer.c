// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/compiler.h"
#include "config/base/random.h"
#include "resolver/dns/wire.h"
#include "resolver/source/fault.h"

bool fault_plan_is_silent(const struct fault_plan *plan)
{
	const bool is_ignored = fault_plan_has(plan, FAULT_REPLY) && plan->fault->reply != FAULT_REPLY_GARBAGE;
	return fault_plan_has(plan, FAULT_TIMEOUT) || is_ignored;
}

int64_t fault_plan_delay(const struct fault_plan *plan)
{
	const struct fault *fault = plan->fault;
	if (!fault_plan_has(plan, FAULT_DELAY))
		return 0;
	const uint64_t extra = random_next(plan->draw.number) % (fault->delay_most - fault->delay_least + 1);
	return (int64_t)(fault->delay_least + extra) * 1000;
}

static enum outcome give_addresses(const struct fault_plan *plan, const struct question *question, struct answer *out)
{
	const struct fault *fault = plan->fault;
	struct address addresses[FAULT_ADDRESSES_MAX];
	for (size_t i = 0; i < fault->answer_count; i++)
		addresses[i] = network_draw(&fault->answers[i], random_next(plan->draw.number + i));
	out->source = SOURCE_FAULT;
	return answer_finish(out, answer_add_addresses(out, question, addresses, fault->answer_count));
}

// Garbage begins with a compression pointer to itself, so that not even an owner can be read.
size_t fault_write_reply(const struct fault *fault, const struct question *question, uint16_t id, uint8_t *out)
{
	const bool is_wrong = fault->reply == FAULT_REPLY_WRONG_ID;
	size_t size = packet_write_request(question, &(struct packet_request){.id = is_wrong ? (uint16_t)~id : id}, out);
	out[2] |= FLAG_QR >> 8;
	out[3] |= FLAG_RA;
	if (fault->reply == FAULT_REPLY_EMPTY) {
		out[5] = 0;  // QDCOUNT
		return PACKET_HEADER_SIZE;
	}
	if (fault->reply == FAULT_REPLY_GARBAGE) {
		out[7] = 1;  // ANCOUNT
		memset(out + size, 0xff, FAULT_REPLY_SIZE - PACKET_QUERY_MAX);
		size += FAULT_REPLY_SIZE - PACKET_QUERY_MAX;
	}
	return size;
}

NOINLINE_LARGE_FRAME static enum outcome give_reply(
	const struct fault *fault, const struct question *question, struct answer *out)
{
	uint8_t message[FAULT_REPLY_SIZE];
	const bool is_kept = packet_keep(message, fault_write_reply(fault, question, 0, message), out);
	out->source = SOURCE_FAULT;
	out->outcome = is_kept ? OUTCOME_UNUSABLE : OUTCOME_ERROR;
	out->error = is_kept ? 0 : ENOMEM;
	return out->outcome;
}

enum outcome fault_answer(const struct fault_plan *plan, const struct question *question, struct answer *out)
{
	static const struct {
		enum fault_bit bit;
		struct answer answer;
	} failures[] = {
		{FAULT_NXDOMAIN, {.outcome = OUTCOME_NO_NAME, .rcode = RCODE_NXDOMAIN, .source = SOURCE_FAULT}},
		{FAULT_NODATA, {.outcome = OUTCOME_NO_DATA, .source = SOURCE_FAULT}},
		{FAULT_SERVFAIL, {.outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_SERVFAIL, .source = SOURCE_FAULT}},
		{FAULT_REFUSED, {.outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_REFUSED, .source = SOURCE_FAULT}},
		{FAULT_FORMERR, {.outcome = OUTCOME_NO_RECOVERY, .rcode = RCODE_FORMERR, .source = SOURCE_FAULT}},
		{FAULT_NOTIMP, {.outcome = OUTCOME_TRY_AGAIN, .rcode = RCODE_NOTIMP, .source = SOURCE_FAULT}},
		{FAULT_TIMEOUT, {.outcome = OUTCOME_TRY_AGAIN, .error = ETIMEDOUT, .source = SOURCE_FAULT}},
	};
	if (fault_plan_has(plan, FAULT_ANSWER))
		return give_addresses(plan, question, out);
	if (fault_plan_has(plan, FAULT_REPLY))
		return give_reply(plan->fault, question, out);
	for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
		if (fault_plan_has(plan, failures[i].bit)) {
			*out = failures[i].answer;
			return out->outcome;
		}
	}
	return OUTCOME_PASS;
}
