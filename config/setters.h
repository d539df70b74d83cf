// SPDX-License-Identifier: MIT
// The setters of the directives; struct directive (directive.h) has their contract.
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

// forwarder.c: those for encrypted servers.
bool set_forwarder(const struct statement *line);
bool set_tls_ca(const struct statement *line);
bool set_tls_pin(const struct statement *line);

// test_setters.c: those for testing programs.
bool set_record(const struct statement *line);
bool set_zone(const struct statement *line);
bool set_only(const struct statement *line);
bool set_fault(const struct statement *line);
bool set_seed(const struct statement *line);
bool set_journal(const struct statement *line);
bool set_counter(const struct statement *line);
bool set_include(const struct statement *line);
bool set_recording(const struct statement *line);
bool set_recording_mode(const struct statement *line);
