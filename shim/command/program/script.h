// SPDX-License-Identifier: MIT
// The interpreter of a script: parses the #! line as the kernel does, and env(1) in it.
#pragma once

#include <stdbool.h>

// The bytes of a file that Linux reads (BINPRM_BUF_SIZE).
#define SCRIPT_LINE_SIZE 256

struct script {
	char interpreter[SCRIPT_LINE_SIZE];
	char argument[SCRIPT_LINE_SIZE];  // the rest of the line as one argument; "" for none
};

// Reads by pread(2). False, with *out untouched, if there is no valid #! line.
bool script_read(int descriptor, struct script *out);

struct env_command {
	char program[SCRIPT_LINE_SIZE];
	char path[SCRIPT_LINE_SIZE];  // the PATH in which it is searched for
	bool sets_path;               // false: the one of the environment
};

// Finds the program of `env ARGUMENT SCRIPT`: a name, or with -S options, VAR=x words and a name. False, with *out
// untouched, if it cannot be determined.
bool script_read_env(const char *argument, struct env_command *out);
