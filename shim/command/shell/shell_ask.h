// SPDX-License-Identifier: MIT
// A question whose answer nobody need wait for.
#pragma once

#include <stddef.h>

struct lease;
struct query_options;

// What a shell says of a command that Ctrl-C ended: 128 and the signal's number.
#define SHELL_INTERRUPTED 130

// As query_run, to standard output, but Ctrl-C (SIGINT) ends the waiting: then it is SHELL_INTERRUPTED, nothing is
// written, and the question ends on its own later, unseen.
int shell_ask(struct lease *lease, const struct query_options *options, char *const *words, size_t count);
