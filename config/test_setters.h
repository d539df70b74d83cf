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
