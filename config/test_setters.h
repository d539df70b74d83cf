// SPDX-License-Identifier: MIT
// The setters of the directives for testing programs (record, zone, fault, seed, journal, counter, save); struct
// directive (directive.h) has their contract.
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

// struct directive.is_path: always true.
bool set_file_is_path(const char *word);

// struct directive.is_path: true unless the word is "unix:PATH", the address of a run.
bool set_journal_is_path(const char *word);
