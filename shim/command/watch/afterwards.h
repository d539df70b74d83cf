// SPDX-License-Identifier: MIT
// Why withdns stays as the parent of the program: to count faults over the whole run, and to evaluate the lookups when
// the program has ended (--summary, --report, --expect).
#pragma once

#include <stdbool.h>

#include "shim/command/watch/expect.h"
#include "shim/command/watch/run_server.h"

struct command_line;
struct problem;

struct afterwards {
	const struct command_line *line;  // NULL: nothing is to be done
	struct expectations expectations;
	struct run_server server;
	int report;               // a descriptor; -1: none
	const char *made_report;  // the path of its file, which was not there before; NULL: it was
};

// Reads and opens what will be needed, so that what is wrong is told before the program starts, and adds the directive
// to line by which the library sends its events here. Nothing where line asks for none of the three. afterwards_clear
// frees *out, after a failure too; a report that was there stays as it was until the program has ended.
bool afterwards_prepare(struct command_line *line, struct afterwards *out, struct problem *problem);

// Adds the directive to line by which the faults below it are counted here.
bool afterwards_count(struct command_line *line, struct afterwards *afterwards, struct problem *problem);

// Forks where something is to be done. Returns in the child, which is to become the program; the parent waits for it,
// does what was asked for, and ends as the program did, or with EXIT_UNEXPECTED, or, where lookups are not known, with
// EXIT_OWN_ERROR. False with *problem filled.
bool afterwards_fork(struct afterwards *afterwards, struct problem *problem);

void afterwards_clear(struct afterwards *afterwards);
