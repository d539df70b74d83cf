// SPDX-License-Identifier: MIT
// Collects the steps of an explained lookup.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/name.h"
#include "config/origin.h"
#include "resolver/dry_run.h"
#include "shim/command/query/steps.h"
#include "shim/command/query/survey.h"

// One question and its steps.
struct explanation {
	struct dry_run dry_run;  // must be the first member: explanation_note receives it
	struct survey *survey;
	const char *subject;  // the name as given, or its replacement from HOSTALIASES
	struct steps steps;
	bool asks;  // a server would be asked
	char why[SETTINGS_ORIGIN_SIZE];
};

// Adds a step that is about no single name.
void explanation_add(struct explanation *explanation, enum step_kind kind, const char *value, const char *why);

// Adds a step of the dry run; the callback of the dry run.
void explanation_note(struct dry_run *dry_run, const struct dry_run_step *step);

// The origin of a setting, as origin_find identifies it. Valid until the next call.
const char *explanation_origin(struct explanation *explanation, enum origin_of what, size_t index, size_t element);
