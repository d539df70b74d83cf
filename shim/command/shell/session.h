// SPDX-License-Identifier: MIT
// The current settings of a shell, the resolver made from them, and questions to it that Ctrl-C can cancel.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/settings.h"
#include "shim/command/shared_resolver.h"

struct command_line;
struct problem;
struct query_options;

struct session {
	struct command_line *line;       // the session changes its settings
	struct settings settings;        // for programs
	struct shared_resolver *shared;  // a query in progress keeps it when a new one is opened
	unsigned generation;             // incremented with each new resolver
	size_t set_count;                // settings made in the session
};

// line is borrowed until session_close. False with *problem filled; session_close must be called in any case.
bool session_open(struct session *session, struct command_line *line, struct problem *problem);
void session_close(struct session *session);

// Adds a directive that takes precedence over all earlier ones. option names it in messages. On failure false with
// *problem filled, and nothing has changed.
bool session_set(struct session *session, const char *directive, const char *option, struct problem *problem);

// Removes the last directive that session_set added.
bool session_undo(struct session *session, struct problem *problem);

// Reloads the files of the system if they have changed; if that fails, keeps the settings.
void session_refresh(struct session *session);

// The status of a question that Ctrl-C ended: 128 plus the number of the signal.
#define SESSION_INTERRUPTED 130

// As query_run, to standard output. Ctrl-C (SIGINT) ends the wait: then it returns SESSION_INTERRUPTED and writes
// nothing, and the query ends later in its thread.
int session_ask(const struct session *session, const struct query_options *options, char *const *words, size_t count);
