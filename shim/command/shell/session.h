// SPDX-License-Identifier: MIT
// The current settings of a shell, and the resolver made from them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/settings.h"
#include "shim/command/shared_resolver.h"

struct command_line;
struct environment;
struct problem;

struct session {
	struct command_line *line;  // the session changes its settings
	const struct environment *inherited;
	struct settings settings;        // for programs
	struct shared_resolver *shared;  // a query in progress keeps it when a new one is opened
	unsigned generation;             // incremented with each new resolver
	size_t set_count;                // settings made in the session
};

// line and inherited are borrowed until session_close. False with *problem filled; session_close must be called in any
// case.
bool session_open(
	struct session *session, struct command_line *line, const struct environment *inherited, struct problem *problem);
void session_close(struct session *session);

// Adds a directive that takes precedence over all earlier ones. option names it in messages. On failure false with
// *problem filled, and nothing has changed.
bool session_set(struct session *session, const char *directive, const char *option, struct problem *problem);

// Removes the last directive that session_set added.
bool session_undo(struct session *session, struct problem *problem);

// Reloads the files of the system if they have changed; if that fails, keeps the settings.
void session_refresh(struct session *session);
