// SPDX-License-Identifier: MIT
// A directive that is being set, and what all setters need.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/base/words.h"
#include "config/config.h"
#include "config/location.h"
#include "config/origin.h"

struct statement {
	struct config *config;                   // receives the setting
	const struct config_location *location;  // of the directive
	const struct words *words;               // words->word[0] is its name
	struct config_error *expected;           // filled on failure; NULL with libc's sources, which have valid words
};

// The word with this index, 0 is the directive's name; NULL after the last.
const char *statement_word(const struct statement *statement, size_t index);

// The last word after the directive's name; NULL: there is none.
const char *statement_last_word(const struct statement *statement);

// Fill *expected with "WORD: expected WHAT, got \"GOT\"" (got NULL: "got nothing"), or "WORD: " and the text of an
// errno; WORD is the directive's name. Always return false, for `return statement_expect(...)`.
bool statement_expect(const struct statement *statement, const char *what, const char *got);
bool statement_fail(const struct statement *statement, int reason);

// Claims a setting, an index of location->owners, for the source of the statement. False if a source of higher
// precedence has it. The second also reports where it comes from.
bool statement_owns(const struct statement *statement, unsigned setting);
bool statement_claim(const struct statement *statement, enum origin_of what);

// The path that a word names, absolute and owned by the configuration. NULL with errno.
char *statement_path(const struct statement *statement, size_t index);

// The path of a directive with one path, likewise; NULL with *expected filled. The second sets *path to it, the value
// of the setting, unless a source of higher precedence has set it.
char *statement_only_path(const struct statement *statement);
bool statement_set_path(const struct statement *statement, enum origin_of what, char **path);

// The address of a withdns(1) that serves processes of a run, "unix:PATH KEY [TIME]", owned by the configuration. False
// with *expected filled.
bool statement_run(const struct statement *statement, struct run_address *out);
