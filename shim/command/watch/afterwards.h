// SPDX-License-Identifier: MIT
// What is done with a program's lookups when it has ended: --summary, --report, --expect.
#pragma once

#include <stdbool.h>

#include "shim/command/watch/expect.h"
#include "shim/command/watch/journal.h"

struct command_line;
struct problem;

struct afterwards {
	const struct command_line *line;   // NULL: nothing is to be done
	struct expectations expectations;
	struct journal_file journal;
	int report;  // a descriptor; -1: none
};

// Reads and opens what will be needed, so that what is wrong is told before the program starts, and adds the directive
// to line by which the library writes a journal. Nothing where line asks for none of the three. afterwards_clear frees
// *out, after a failure too.
bool afterwards_prepare(struct command_line *line, struct afterwards *out, struct problem *problem);

// Forks where something is to be done. Returns in the child, which is to become the program; the parent waits for it,
// does what was asked for, and ends as the program did, or with EXIT_UNEXPECTED. False with *problem filled.
bool afterwards_fork(struct afterwards *afterwards, struct problem *problem);

void afterwards_clear(struct afterwards *afterwards);
