// SPDX-License-Identifier: MIT
// The work of withdns as the parent of the program: it counts faults over the whole run, and evaluates the lookups
// after the program has ended (--summary, --report, --expect).
#pragma once

#include <stdbool.h>

#include "shim/command/watch/expect.h"
#include "shim/command/watch/run_server.h"

struct command_line;
struct problem;

struct supervisor {
	const struct command_line *line;  // NULL: there is no work
	struct expectations expectations;
	struct run_server server;
	int report;               // a descriptor; -1: none
	const char *made_report;  // the path of the report if we created the file; else NULL
};

// Reads and opens the files, so that errors are reported before the program starts, and adds the directive to line by
// which the library sends its events to us. Does nothing if line has none of the three options. An existing report is
// not changed until the program has ended. False with *problem filled. supervisor_clear frees *out, after a failure
// too.
bool supervisor_prepare(struct command_line *line, struct supervisor *out, struct problem *problem);

// Adds the directive to line by which we count the faults of the directives after it.
bool supervisor_count(struct command_line *line, struct supervisor *supervisor, struct problem *problem);

// Forks if there is work. Returns in the child, which executes the program. The parent waits for the child, does the
// work, and ends as the program did, or with EXIT_UNEXPECTED, or with EXIT_OWN_ERROR if lookups are missing. False with
// *problem filled.
bool supervisor_fork(struct supervisor *supervisor, struct problem *problem);

void supervisor_clear(struct supervisor *supervisor);
