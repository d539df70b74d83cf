// SPDX-License-Identifier: MIT
// What a program and its children looked up, as one self-contained HTML page.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct journal;

// Writes a page that needs neither a network nor scripts: a waterfall of the lookups by process, and the same as a
// table. program is the command line that it is about, ended by NULL. All that names may smuggle in is escaped. False
// for want of memory.
bool report_write(const struct journal *journal, const char *const *program, FILE *out);
