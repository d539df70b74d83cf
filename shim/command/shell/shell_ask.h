// SPDX-License-Identifier: MIT
// A query that Ctrl-C can cancel.
#pragma once

#include <stddef.h>

struct shared_resolver;
struct query_options;

// The status of a command that Ctrl-C ended: 128 plus the number of the signal.
#define SHELL_INTERRUPTED 130

// As query_run, to standard output. Ctrl-C (SIGINT) ends the wait: then it returns SHELL_INTERRUPTED and writes
// nothing, and the query ends later in its thread.
int shell_ask(struct shared_resolver *shared, const struct query_options *options, char *const *words, size_t count);
