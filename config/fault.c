// SPDX-License-Identifier: MIT
#include "config/fault.h"

#include <stddef.h>
#include <string.h>

#include "config/base/rrtype.h"

#define UNLISTED(bit)                                                                       \
	{                                                                                       \
		.name = {1, {0}}, .is_below = true, .parts = (bit), .percent = 100, .is_only = true \
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

// Does a random number decide whether or how it applies to a lookup?
static bool is_drawn(const struct fault *fault)
{
	return fault->parts & (FAULT_SHARE | FAULT_SHUFFLE) || fault->delay_least != fault->delay_most ||
		has_networks(fault);
}

bool fault_is_counted(const struct fault *fault, bool has_seed)
{
	return fault->parts & (FAULT_FIRST | FAULT_AFTER) || (has_seed && is_drawn(fault));
}

bool fault_needs_run(const struct fault *fault, bool has_seed)
{
	return fault->parts & FAULT_FROM || fault_is_counted(fault, has_seed);
}

// `answer` applies to A and AAAA questions only.
bool fault_matches(const struct fault *fault, const struct name *name, uint16_t type)
{
	if (fault->has_type && fault->type != type)
		return false;
	if (fault->parts & FAULT_ANSWER && type != RRTYPE_A && type != RRTYPE_AAAA)
		return false;
	if (!fault->is_below)
		return name_equal(name, &fault->name);
	return fault->name.length == 1 || name_below(name, &fault->name);
}

bool fault_is_by(const struct fault *fault, const char *program)
{
	return fault->program[0] == '\0' || strncmp(fault->program, program, FAULT_PROGRAM_SIZE - 1) == 0;
}
