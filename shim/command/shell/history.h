// SPDX-License-Identifier: MIT
// The lines typed at the shell, kept in a file from one session to the next.
#pragma once

#include <stdbool.h>

#define HISTORY_MAX 1000  // lines

struct history {
	char *path;  // NULL: nothing is kept
	char *last;  // the last line that was added
};

// Where it is: in $XDG_STATE_HOME (an absolute path, else it does not count), or in .local/state of home, which may be
// NULL. Nothing is told of what cannot be read or written, here and below: then the session has a history of its own.
void history_open(struct history *history, const char *home);

// The lines of the file, the oldest first, to take (NULL: nobody); of more than HISTORY_MAX the last ones, and those
// that are left out leave the file too.
void history_load(struct history *history, void (*take)(const char *line, void *context), void *context);

// Appends a line to the file, which only its owner can read. False for one that is not to be remembered: one that
// begins with a blank, or repeats the last one.
bool history_add(struct history *history, const char *line);

// Leaves no more than HISTORY_MAX lines in the file. Accepts one that was never filled (all zero).
void history_close(struct history *history);
