// SPDX-License-Identifier: MIT
// The work of withdns as the parent of the program: it counts faults over the whole run, and evaluates the lookups
// after the program has ended (--summary, --report, --expect, --expect-write, --record).
#pragma once

#include <stdbool.h>

#include "config/name_list.h"
#include "shim/command/watch/run_server.h"

struct command_line;
struct problem;
struct settings;

// A file that is written after the end of the program.
struct parent_output {
	const char *path;  // NULL: none
	int descriptor;
	bool is_made;  // we created the file
};

struct parent {
	const struct command_line *line;  // NULL: there is no work
	struct name_list expected;        // --expect
	struct run_server server;
	int64_t began;   // when the program was started, in milliseconds since 1970
	char *settings;  // the text of --show-config for the report, owned; NULL: none
	bool is_replay;  // of a recording: what is not recorded is unexpected
	struct parent_output report, list;
};

// Makes the settings, and finds out what of the above is to be done. Reads and opens the files, so that errors are
// reported before the program starts; an existing output is not changed until the program has ended. Adds to line the
// directives by which the library sends its events to us and we count the faults, and the mode of the recording, so
// that the first process that records does not decide for the next. Also stays for the forwarder of encrypted servers,
// and for a run that only replays, which fails if it asks what is not recorded. False with *problem filled.
// parent_clear and settings_clear free what was filled, after a failure too.
bool parent_prepare(struct command_line *line, struct settings *settings, struct parent *out, struct problem *problem);

// Forks if there is work. Returns in the child, which executes the program. The parent waits for the child, does the
// work, and ends as the program did, or with EXIT_UNEXPECTED, or with EXIT_OWN_ERROR if lookups are missing. False with
// *problem filled.
bool parent_fork(struct parent *parent, struct problem *problem);

// Accepts one that was never filled (all zero).
void parent_clear(struct parent *parent);
