// SPDX-License-Identifier: MIT
// What a script is run by: its #! line as the kernel reads it, and what env(1) there makes of it.
#pragma once

#include <stdbool.h>

// How much of a file Linux looks at (BINPRM_BUF_SIZE).
#define SCRIPT_LINE_SIZE 256

struct script {
	char interpreter[SCRIPT_LINE_SIZE];
	char argument[SCRIPT_LINE_SIZE];  // the rest of the line as one argument; "" without
};

// Reads by pread(2). False, with *out untouched, where the kernel sees no #! line.
bool script_read(int descriptor, struct script *out);

struct env_command {
	char program[SCRIPT_LINE_SIZE];
	char path[SCRIPT_LINE_SIZE];  // the PATH that it is searched in
	bool sets_path;               // false: the one of the environment
};

// What `env ARGUMENT SCRIPT` starts: a name, or with -S options, VAR=x words and a name. False, with *out untouched,
// where that cannot be told.
bool script_read_env(const char *argument, struct env_command *out);
