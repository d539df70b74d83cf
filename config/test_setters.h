// SPDX-License-Identifier: MIT
// The directives for testing programs: answers given here, bent, kept and watched. Their contract is in directive.h.
#pragma once

#include <stdbool.h>

struct config;
struct config_error;
struct config_location;
struct words;

bool set_record(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_zone(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_fault(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_seed(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_journal(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_counter(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);
bool set_save(struct config *config, const struct config_location *location, const struct words *words,
	struct config_error *expected);

// Is the word behind the directive a path? Always.
bool set_file_is_path(const char *word);

// The same for a journal, unless it is the address of a run.
bool set_journal_is_path(const char *word);
