// SPDX-License-Identifier: MIT
// The steps of a lookup that is explained: collected, then written in columns or as JSON.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

// One step. Texts are owned; NULL: it has none.
struct step {
	const char *what;  // "hosts", "try", "fault", "ask", ...; not owned
	char *name;        // that it is about
	char *types;       // of the records
	char *value;
	char *why;          // the origin of the setting behind it, or another reason
	const void *route;  // of those that ask servers, for whoever adds them; not owned
};

// All zero is a valid empty one.
struct steps {
	struct step *list;
	size_t count;
	bool is_short;  // of memory
};

// Adds a step; the texts are copied, and may be NULL.
struct step *steps_add(
	struct steps *steps, const char *what, const char *name, const char *types, const char *value, const char *why);
void steps_clear(struct steps *steps);

// Writes "SUBJECT", then a line each step: what, the value or else the name, why. Controls are escaped.
void steps_write_text(const struct steps *steps, const char *subject, FILE *out);

// One JSON object on a line: {"name":SUBJECT,"steps":[{"step":..,"name":..,"types":..,"value":..,"why":..}]}.
void steps_write_json(const struct steps *steps, const char *subject, FILE *out);
