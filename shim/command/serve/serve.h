// SPDX-License-Identifier: MIT
// Answers the queries of DNS clients by the settings (withdns --serve).
#pragma once

#include <stdbool.h>

struct command_line;
struct environment;
struct problem;

// Serves at the addresses that the line's words name, until SIGTERM or SIGINT. Writes the addresses to standard output,
// in one line, when queries are answered. False with *problem filled if it cannot begin.
bool serve_run(const struct command_line *line, const struct environment *inherited, struct problem *problem);
