// SPDX-License-Identifier: MIT
// The setters of the resolver's directives; struct directive (directive.h) has their contract.
#pragma once

#include <stdbool.h>

struct config;
struct config_error;
struct config_location;
struct words;

bool set_nameserver(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_search(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_domain(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_sortlist(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_options(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_hosts(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_log(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);

// Fill *out (NULL: nothing to fill) with "WORD: expected WHAT, got \"GOT\"" (got NULL: "got nothing"), or with "WORD: "
// and the text of the errno reason; WORD is words->word[0]. Always return false, for `return setter_expect(...)`.
bool setter_expect(struct config_error *out, const struct words *words, const char *what, const char *got);
bool setter_fail(struct config_error *out, const struct words *words, int reason);

// struct directive.is_path: the argument is a path, not a keyword.
bool set_hosts_is_path(const char *word);
bool set_log_is_path(const char *word);
