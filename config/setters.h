// SPDX-License-Identifier: MIT
// The setters of the directives; struct directive (directive.h) has their contract.
#pragma once

#include <stdbool.h>

struct statement;

typedef bool setter(const struct statement *line);

setter set_nameserver, set_search, set_domain, set_sortlist, set_options, set_hosts, set_log;

// forwarder.c: those for encrypted servers.
setter set_forwarder, set_tls_ca, set_tls_pin;

// test_setters.c: those for testing programs.
setter set_record, set_zone, set_only, set_fault, set_seed, set_journal, set_counter, set_include;
setter set_recording, set_recording_mode;
