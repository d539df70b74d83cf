// SPDX-License-Identifier: MIT
// Writes the lookups of a program and its children as one self-contained HTML page.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct journal;

// Writes a page without scripts and external resources: a waterfall chart of the lookups by process, and a table.
// program is the command line, terminated by NULL. Names are escaped. False for lack of memory.
bool report_write(const struct journal *journal, const char *const *program, FILE *out);
