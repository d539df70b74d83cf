// SPDX-License-Identifier: MIT
// Writes the lookups of a program and its children: by name and source, and as one self-contained HTML page.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct command_line;
struct lookups;
struct processes;

// Writes the table of sums and a line of totals; or one JSON object with the same on a line.
void report_write_summary(const struct lookups *lookups, bool is_json, FILE *out);

// Writes a page without scripts and external resources: the sums, a waterfall chart of the lookups by process, the
// settings (the text of --show-config; NULL: none), and what could not be observed under the line's options. Names are
// escaped. False for lack of memory.
bool report_write(const struct command_line *line, struct lookups *lookups, struct processes *processes,
	const char *settings, FILE *out);
