// SPDX-License-Identifier: MIT
// Collects the steps of an explained lookup, and writes them in columns or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// One step. Texts are owned; NULL: absent.
struct step {
	const char *what;  // "hosts", "try", "fault", "ask", ...; not owned
	char *name;        // the name of the step
	char *types;       // record types
	char *value;
	char *why;          // the origin of the setting behind it, or another reason
	const void *route;  // identifies the servers of a step, for the caller; not owned
};

// All zero is an empty list.
struct steps {
	struct step *list;
	size_t count;
	bool is_short;  // steps are missing for lack of memory
};

// Adds a step; the texts are copied, and may be NULL. NULL for lack of memory.
struct step *steps_add(
	struct steps *steps, const char *what, const char *name, const char *types, const char *value, const char *why);
void steps_clear(struct steps *steps);

// Writes "SUBJECT", then a line per step: what, the value or else the name, why. Control characters are escaped.
void steps_write_text(const struct steps *steps, const char *subject, FILE *out);

// One JSON object on a line: {"name":SUBJECT,"steps":[{"step":..,"name":..,"types":..,"value":..,"why":..}]}.
void steps_write_json(const struct steps *steps, const char *subject, FILE *out);
