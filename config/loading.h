// SPDX-License-Identifier: MIT
// The state of a load in progress, and its errors.
#pragma once

#include <stdbool.h>

#include "config/config.h"
#include "config/directive_file.h"
#include "config/location.h"
#include "config/origin.h"

#define LEVELS_MAX 17  // a text, and 16 levels of files that it includes

// A text that is being read, WITHDNS or a file.
struct nested_text {
	struct directive_file file;        // for WITHDNS as if it were named
	char *bytes;                       // owned; NULL: WITHDNS
	const char *at, *end;              // what is left
	struct config_location including;  // location of the line that includes it
};

// Allocated, because a program's thread may have a stack of 16 KiB.
struct loading {
	struct config config;
	const struct environment *environment;
	const struct config *before;                   // current configuration of this process; NULL: none
	struct config_error *error;                    // the caller's
	struct config_error expected;                  // error of a setter, without the location
	struct config_location location;               // what is being read
	unsigned owners[ORIGIN_COUNT + OPTION_COUNT];  // of location
	struct nested_text texts[LEVELS_MAX];          // the texts that are being read, each included by the one before
	unsigned level_count;
	char *included;          // set by `include`: the file to be read next
	unsigned include_count;  // of files that were included so far
	bool is_variable_only;   // `include` is ignored
};

// A load of the first source into an empty configuration. Freed with free(3), the configuration with config_clear. NULL
// without memory. environment and error are borrowed.
struct loading *loading_open(const struct environment *environment, struct config_error *error);

// Moves on to the source of the next lower precedence.
void loading_enter(struct loading *loading, enum config_source source);

// Moves on to a file or a variable of the same source. label is borrowed until the next call.
void loading_enter_part(struct loading *loading, const char *label);

// Fill *error with the location and the text; the second adds "got". Always return false. text and got are escaped.
bool loading_fail(const struct loading *loading, const char *text);
bool loading_fail_with(const struct loading *loading, const char *text, const char *got);

// loading_fail for a lack of memory, and for the errno of a file that could not be read.
bool loading_fail_memory(const struct loading *loading);
bool loading_fail_reading(const struct loading *loading, int reason);

// False with the load's error filled if `recording` or `log` names a zone file, hosts file or configuration file in
// use, or both name the same file: the SOA record of a recording in use as a zone file would make all other names
// disappear, and log lines make any other file unreadable.
bool loading_check_outputs(struct loading *loading);

// Replaces RECORDING_ONCE. A process that has begun to record goes on when it loads its configuration anew.
void loading_decide_recording(struct loading *loading);
