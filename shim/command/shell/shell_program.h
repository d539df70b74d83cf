// SPDX-License-Identifier: MIT
// A program that is run from the shell, under the settings then in force.
#pragma once

#include <signal.h>
#include <stdbool.h>

struct settings;

// What a shell does with the terminal's signals, which its programs are to have as it found them.
struct shell_signals {
	struct sigaction interrupt, quit;
};

// At a terminal, Ctrl-C and Ctrl-\ are for the programs alone.
void shell_program_ignore_signals(struct shell_signals *before);
void shell_program_restore_signals(const struct shell_signals *before);

// Runs text by /bin/sh -c, or without text the user's shell (SHELL, else /bin/sh), and waits for its end. before is
// NULL where signals were left alone. Where the program that text begins with cannot be redirected, a warning says so
// first unless is_quiet. When the program is stopped, so are we. Returns its status as a shell has it: 128 and more for
// a signal.
int shell_program_run(const char *text, const struct settings *settings, const char *library, bool is_quiet,
	const struct shell_signals *before);
