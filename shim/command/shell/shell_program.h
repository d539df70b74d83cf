// SPDX-License-Identifier: MIT
// Runs a program from the shell with the current settings.
#pragma once

#include <signal.h>
#include <stdbool.h>

struct settings;

// The signal actions before the shell changed them, to be restored in its programs.
struct shell_signals {
	struct sigaction interrupt, quit;
};

// Ignores SIGINT and SIGQUIT in the shell, which the terminal sends for Ctrl-C and Ctrl-\.
void shell_program_ignore_signals(struct shell_signals *before);
void shell_program_restore_signals(const struct shell_signals *before);

struct shell_program {
	const char *text;  // for /bin/sh -c; "": the user's shell (SHELL, else /bin/sh)
	const struct settings *settings;
	const char *library;
	bool is_quiet;                       // writes no warning if the first program of text cannot be redirected
	const struct shell_signals *before;  // NULL: the signal actions were not changed
};

// Runs it and waits for its end. Stops when the program is stopped. Returns the status as a shell does: 128 plus the
// number of a signal.
int shell_program_run(const struct shell_program *start);
