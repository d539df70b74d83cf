// SPDX-License-Identifier: MIT
// Logs the faults that are applied.
#pragma once

#include "config/log_result.h"

struct fault_plan;
struct lookup_context;
struct question;

// Logs that the fault of the plan, which must not be NULL, was applied to the question; result: how it changed the
// lookup; without a word for a fault of a server, whose exchange has the result.
void fault_log(const struct lookup_context *lookup, const struct fault_plan *plan, const struct question *question,
	struct log_result result);
