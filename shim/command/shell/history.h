// SPDX-License-Identifier: MIT
// The history file of the shell.
#pragma once

#include <stdbool.h>

#define HISTORY_MAX 1000  // lines

struct history {
	char *path;  // NULL: there is no file
	char *last;  // the last line that was added
};

// Finds the file: in $XDG_STATE_HOME if that is an absolute path, else in .local/state of home, which may be NULL.
// Calls take for its last HISTORY_MAX lines, the oldest first; older lines are removed from it. Here and below, errors
// are not reported: the history then lasts for the session.
void history_open(struct history *history, const char *home, void (*take)(const char *line));

// Appends a line to the file, which only its owner can read. False for a line that is not kept: one that begins with a
// blank or repeats the last line.
bool history_add(struct history *history, const char *line);

// Truncates the file to HISTORY_MAX lines, and frees *history. Accepts one that was never filled (all zero).
void history_close(struct history *history);
