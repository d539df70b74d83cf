// SPDX-License-Identifier: MIT
// The setters of the resolver's directives; struct directive (directive.h) has their contract.
#pragma once

#include <stdbool.h>

struct statement;

bool set_nameserver(const struct statement *line);
bool set_search(const struct statement *line);
bool set_domain(const struct statement *line);
bool set_sortlist(const struct statement *line);
bool set_options(const struct statement *line);
bool set_hosts(const struct statement *line);
bool set_log(const struct statement *line);
