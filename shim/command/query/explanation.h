// SPDX-License-Identifier: MIT
// Collects the steps of an explained lookup, and writes them in columns or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "config/origin.h"
#include "resolver/dry_run.h"
#include "shim/command/query/rows.h"
#include "shim/command/query/survey.h"

// In the order in which a lookup takes them.
enum step_kind {
	STEP_IS,       // an address
	STEP_FOR,      // the types
	STEP_SOURCES,  // the services of nsswitch.conf
	STEP_HOSTS,
	STEP_ALIAS,
	STEP_TRY,  // a name of the search list
	STEP_FAULT,
	STEP_ANSWER,  // without a server
	STEP_ASK,     // the first server, or libc
	STEP_OR,      // a further server
	STEP_ENDS,    // the result
	STEP_ORDER,   // of the servers
	STEP_BY,      // the transport
	STEP_WITHIN,  // the deadline
	STEP_WAITS,   // the time for one server
	STEP_ALLOWS,  // the number of refusals of one server
};

// One question and its steps.
struct explanation {
	struct dry_run dry_run;  // must be the first member: explanation_note receives it
	struct survey *survey;
	const char *subject;  // the name as given, or its replacement from HOSTALIASES
	struct rows steps;
	bool asks;  // a server would be asked
	char why[SETTINGS_ORIGIN_SIZE];
};

// Adds a step that is about no single name.
void explanation_add(struct explanation *explanation, enum step_kind kind, const char *value, const char *why);

// Adds a step of the dry run; the callback of the dry run.
void explanation_note(struct dry_run *dry_run, const struct dry_run_step *step);

// The origin of a setting, as origin_find identifies it. Valid until the next call.
const char *explanation_origin(struct explanation *explanation, enum origin_of what, size_t index, size_t element);

// Writes "SUBJECT", then a line per step: what, the value or else the name, why. Control characters are escaped.
void explanation_write_text(const struct rows *steps, const char *subject, FILE *out);

// One JSON object on a line: {"name":SUBJECT,"steps":[{"step":..,"name":..,"types":..,"value":..,"why":..}]}.
void explanation_write_json(const struct rows *steps, const char *subject, FILE *out);
