// SPDX-License-Identifier: MIT
#include "shim/command/query/query_outcome.h"

#include "shim/command/problem.h"

static const struct {
	enum query_status status;
	const char *word;
} outcomes[] = {
	[OUTCOME_PASS] = {QUERY_FAILED, "this machine failed"},
	[OUTCOME_FOUND] = {QUERY_FOUND, "found"},
	[OUTCOME_NO_NAME] = {QUERY_NOT_FOUND, "no such name"},
	[OUTCOME_NO_DATA] = {QUERY_NOT_FOUND, "no data of this type"},
	[OUTCOME_TRY_AGAIN] = {QUERY_FAILED, "no usable answer"},
	[OUTCOME_NO_RECOVERY] = {QUERY_FAILED, "an answer that is none"},
	[OUTCOME_UNUSABLE] = {QUERY_NOT_FOUND, "records that answer nothing"},
	[OUTCOME_SYSTEM] = {QUERY_FAILED, "this machine failed"},
	[OUTCOME_ERROR] = {QUERY_FAILED, "this machine failed"},
};

enum query_status query_outcome_status(enum outcome outcome)
{
	return outcomes[outcome].status;
}

const char *query_outcome_word(enum outcome outcome)
{
	return outcomes[outcome].word;
}

void query_outcome_print_failure(const char *name, const char *type, enum outcome outcome, const char *reason)
{
	if (query_outcome_status(outcome) == QUERY_FAILED)
		problem_print("%s%s%s: %s%s%s", name, type != NULL ? " " : "", type != NULL ? type : "",
			query_outcome_word(outcome), *reason != '\0' ? ": " : "", reason);
}
