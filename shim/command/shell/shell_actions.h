// SPDX-License-Identifier: MIT
// Performs the commands of the shell.
#pragma once

#include <stdbool.h>

#include "shim/command/command_line.h"
#include "shim/command/shell/session.h"
#include "shim/command/shell/shell_complete.h"
#include "shim/command/shell/shell_program.h"

struct problem;
struct shell_line;

struct shell {
	struct session session;
	struct query_options query;  // how questions are asked
	struct shell_names names;    // for completion
	unsigned hosts_generation;   // of the session, when names.hosts was read
	const char *library;
	bool is_quiet;
	bool is_at_terminal;
	struct shell_signals signals;  // the former actions, if is_at_terminal
	int status;                    // of the last command that has one
	bool is_over;
};

static inline struct resolver *shell_resolver(const struct shell *shell)
{
	return shell->session.shared->resolver;
}

// Performs the command of the line, and writes its output to standard output. False with *problem filled if it failed.
bool shell_action_run(struct shell *shell, const struct shell_line *line, struct problem *problem);
