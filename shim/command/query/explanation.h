// SPDX-License-Identifier: MIT
// A lookup that is explained, and what is noted of it while it is gone through.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/name.h"
#include "config/origin.h"
#include "resolver/dry_run.h"
#include "shim/command/query/steps.h"
#include "shim/command/settings.h"

struct command_line;
struct config;
struct resolver;

// One question, and what is noted of it.
struct explanation {
	struct dry_run dry_run;  // the first member: the notes come through it
	const struct command_line *line;
	struct resolver *resolver;
	const struct config *config;
	struct origin_book *book;
	const char *subject;  // the name as it was given, or what HOSTALIASES made of it
	struct steps steps;
	bool asks;                       // somebody would be asked
	const struct fault *last_fault;  // that was noted, for
	struct name last_name;
	char why[SETTINGS_ORIGIN_SIZE];
};

// A step of the lookup as one of the explanation's: the rehearsal's note.
void explanation_note(struct dry_run *dry_run, const struct dry_run_step *step);

// Where a setting came from; the second one, for the member of struct options at that offset. Valid until the next
// call.
const char *explanation_origin(struct explanation *explanation, enum origin_of what, size_t index, size_t element);
const char *explanation_option_origin(struct explanation *explanation, size_t offset);
