// SPDX-License-Identifier: MIT
#include "config/fault.h"

#include <stddef.h>
#include <string.h>

#include "config/base/rrtype.h"

#define UNLISTED(bit)                                                                         \
	{                                                                                         \
		.name = {1, {0}}, .is_below = true, .actions = (bit), .percent = 100, .is_only = true \
	}

const struct fault fault_unlisted_name = UNLISTED(FAULT_NXDOMAIN), fault_unlisted_type = UNLISTED(FAULT_NODATA);
const struct fault fault_unlisted_opcode = UNLISTED(FAULT_NOTIMP), fault_unlisted_message = UNLISTED(FAULT_FORMERR);

static bool has_networks(const struct fault *fault)
{
	for (size_t i = 0; i < fault->answer_count; i++)
		if (!network_is_address(&fault->answers[i]))
			return true;
	return false;
}

bool fault_is_drawn(const struct fault *fault)
{
	const bool is_range = fault->actions & FAULT_DELAY && fault->delay_least != fault->delay_most;
	return fault->percent < 100 || fault->actions & FAULT_SHUFFLE || is_range || has_networks(fault);
}

bool fault_is_certain(const struct fault *fault)
{
	return fault->percent == 100 && fault->first == 0 && fault->after == 0 && fault->until == 0 &&
		fault->program[0] == '\0' && fault->server.family == AF_UNSPEC;
}

bool fault_is_numbered(const struct fault *fault)
{
	return fault->first > 0 || fault->after > 0 || fault_is_drawn(fault);
}

bool fault_is_counted(const struct fault *fault, bool has_seed)
{
	return fault->first > 0 || fault->after > 0 || (has_seed && fault_is_drawn(fault));
}

bool fault_needs_run(const struct fault *fault, bool has_seed)
{
	return fault->until > 0 || fault_is_counted(fault, has_seed);
}

// `answer` applies to A and AAAA questions only.
bool fault_matches(const struct fault *fault, const struct name *name, uint16_t type)
{
	if (fault->has_type && fault->type != type)
		return false;
	if (fault->actions & FAULT_ANSWER && type != RRTYPE_A && type != RRTYPE_AAAA)
		return false;
	if (!fault->is_below)
		return name_equal(name, &fault->name);
	return fault->name.length == 1 || name_below(name, &fault->name);
}

static bool has_same_answers(const struct fault *one, const struct fault *other)
{
	if (one->answer_count != other->answer_count)
		return false;
	for (size_t i = 0; i < one->answer_count; i++)
		if (one->answers[i].bits != other->answers[i].bits ||
			!address_equal(&one->answers[i].address, &other->answers[i].address))
			return false;
	return true;
}

bool fault_is_by(const struct fault *fault, const char *program)
{
	return fault->program[0] == '\0' || strncmp(fault->program, program, FAULT_PROGRAM_SIZE - 1) == 0;
}

bool fault_equal(const struct fault *one, const struct fault *other)
{
	return name_equal(&one->name, &other->name) && one->is_below == other->is_below &&
		one->has_type == other->has_type && one->type == other->type && one->actions == other->actions &&
		one->delay_least == other->delay_least && one->delay_most == other->delay_most && one->ttl == other->ttl &&
		one->limit == other->limit && one->percent == other->percent && one->first == other->first &&
		one->after == other->after && one->from == other->from && one->until == other->until &&
		one->reply == other->reply && address_equal(&one->server, &other->server) &&
		strcmp(one->program, other->program) == 0 && has_same_answers(one, other);
}
