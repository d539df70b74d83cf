// SPDX-License-Identifier: MIT
// The setters of the directives for testing programs (record, zone, fault, seed, journal, counter, save); struct
// directive (directive.h) has their contract.
#pragma once

#include <stdbool.h>

struct statement;

bool set_record(const struct statement *line);
bool set_zone(const struct statement *line);
bool set_fault(const struct statement *line);
bool set_seed(const struct statement *line);
bool set_journal(const struct statement *line);
bool set_counter(const struct statement *line);
bool set_save(const struct statement *line);

// struct directive.is_path: always true.
bool set_file_is_path(const char *word);

// struct directive.is_path: true unless the word is "unix:PATH", the address of a run.
bool set_journal_is_path(const char *word);
