// SPDX-License-Identifier: MIT
// Errors of the configuration and of files that it names.
#pragma once

#include <stdbool.h>

#define CONFIG_ERROR_SIZE 512

// "FILE:LINE: message", or "FILE: message" where the whole file is wrong; no newline, control characters escaped.
// FILE is "WITHDNS" for directives from the environment or the command line; there every ';' ends a line too.
struct config_error {
	char text[CONFIG_ERROR_SIZE];
	int reason;  // EMFILE, ENFILE or ENOMEM: a temporary failure, the configuration may be valid; else 0
};

// A file, and what it is: "", or the word of its directive and a blank. line 0: the whole file.
struct config_file_place {
	const char *what, *path;
	unsigned line;
	const char *directive;  // of the line; NULL: not told
	const char *got;        // what is wrong, for ", got ..." after the text; NULL: not told
};

// Fills *error with the place, the text, and, unless it is 0, the text of an errno. place NULL: the latter alone.
// Returns false.
bool config_error_set(struct config_error *error, const struct config_file_place *place, const char *text, int reason);
