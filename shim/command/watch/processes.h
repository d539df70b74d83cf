// SPDX-License-Identifier: MIT
// The processes of a run that send events, and their ancestors: who started them, and their command lines.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct process {
	int64_t pid, parent;
	char *command;  // its arguments, separated by blanks; "" if they are unknown
};

struct processes {
	struct process *list;
	size_t count;
};

// Reads the process, and those of its ancestors up to this process that are not known, from proc(5). A process that has
// ended is not added.
void processes_note(struct processes *processes, int64_t pid);

// NULL: unknown.
const struct process *processes_find(const struct processes *processes, int64_t pid);

// Accepts one that was never filled (all zero).
void processes_clear(struct processes *processes);
