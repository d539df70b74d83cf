// SPDX-License-Identifier: MIT
#include "shim/command/query/query_outcome.h"

#include "config/config.h"
#include "resolver/resolver.h"
#include "shim/command/command_line.h"

enum query_status query_outcome_status(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return QUERY_FOUND;
	case OUTCOME_NO_NAME:
	case OUTCOME_NO_DATA:
	case OUTCOME_UNUSABLE:
		return QUERY_NOT_FOUND;
	default:
		return QUERY_FAILED;
	}
}

const char *query_outcome_word(enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_FOUND:
		return "found";
	case OUTCOME_NO_NAME:
		return "no such name";
	case OUTCOME_NO_DATA:
		return "no data of this type";
	case OUTCOME_UNUSABLE:
		return "records that answer nothing";
	case OUTCOME_TRY_AGAIN:
		return "no usable answer";
	case OUTCOME_NO_RECOVERY:
		return "an answer that is none";
	default:
		return "this machine failed";
	}
}

struct lookup_context query_outcome_context(
	const struct resolver *resolver, const struct query_options *options, struct options *room)
{
	struct lookup_context lookup = lookup_context_of_config(resolver_config(resolver));

	*room = *lookup.options;
	room->use_vc |= options->tcp;
	room->no_recursion |= options->no_recursion;
	room->dnssec_ok |= options->dnssec;
	room->no_edns &= !options->dnssec;  // DO is a bit of OPT
	room->checking_disabled |= options->checking_disabled;
	lookup.options = room;
	return lookup;
}
