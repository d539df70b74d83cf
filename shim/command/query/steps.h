// SPDX-License-Identifier: MIT
// Collects the steps of an explained lookup, and writes them in columns or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

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

// One step. A text that is NULL is absent; those in a list are owned by it.
struct step {
	enum step_kind kind;
	const char *value, *why;   // why: the origin of the setting behind the step, or another reason
	const char *name, *types;  // the name and the record types that the step is about
	const void *route;         // identifies the servers of a step, for the caller; not owned
};

// All zero is an empty list.
struct steps {
	struct step *list;
	size_t count;
	bool is_incomplete;  // steps are missing for lack of memory
};

// Adds a step with copies of the texts. Returns it; NULL for lack of memory.
struct step *steps_add(struct steps *steps, const struct step *step);

// Adds a type to the types of a step.
void steps_add_type(struct steps *steps, struct step *step, const char *type);

void steps_clear(struct steps *steps);

// Writes "SUBJECT", then a line per step: what, the value or else the name, why. Control characters are escaped.
void steps_write_text(const struct steps *steps, const char *subject, FILE *out);

// One JSON object on a line: {"name":SUBJECT,"steps":[{"step":..,"name":..,"types":..,"value":..,"why":..}]}.
void steps_write_json(const struct steps *steps, const char *subject, FILE *out);
