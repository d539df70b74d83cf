// SPDX-License-Identifier: MIT
// The settings in force while a shell runs, and the resolver that they make.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "shim/command/settings.h"

struct command_line;
struct environment;
struct problem;
struct resolver;

// A resolver that goes on for those who still use it when the session has got another one.
struct lease {
	struct resolver *resolver;
	atomic_uint holders;
};

struct lease *lease_take(struct lease *lease);
void lease_return(struct lease *lease);  // NULL is none

struct session {
	struct command_line *line;  // its settings are the session's
	const struct environment *inherited;
	struct settings settings;  // what programs are given
	struct lease *lease;
	unsigned generation;  // one more with each new lease
	size_t set_count;     // settings made in the session
};

// line and inherited are borrowed until session_close. False with *problem filled; session_close is to be called all
// the same.
bool session_open(
	struct session *session, struct command_line *line, const struct environment *inherited, struct problem *problem);
void session_close(struct session *session);

// Puts a directive above all that were there before. option is what messages call it. Of a wrong one nothing stays:
// false with *problem filled.
bool session_set(struct session *session, const char *directive, const char *option, struct problem *problem);

// Takes back the last one that session_set took.
bool session_undo(struct session *session, struct problem *problem);

// Reads the system's files anew where they have changed; where that cannot be done, all stays as it was.
void session_refresh(struct session *session);
