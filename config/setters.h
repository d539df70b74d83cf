// SPDX-License-Identifier: MIT
// What each directive does to a configuration: the functions behind the rows of directive.h, where their contract is.
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

// What setters fail with: false, and *out (NULL in a lenient place) holds "WORD: expected WHAT, got GOT", where GOT may
// be NULL for nothing; or "WORD: " and what the errno means.
bool setter_expect(struct config_error *out, const struct words *words, const char *what, const char *got);
bool setter_fail(struct config_error *out, const struct words *words, int reason);

// Is the word behind the directive a path?
bool set_hosts_is_path(const char *word);
bool set_log_is_path(const char *word);
