// SPDX-License-Identifier: MIT
// The processes of a run that send events, and their ancestors: who started them, their command lines and their
// lookups.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lookup;
struct lookups;

struct process {
	int64_t pid, parent;
	char *command;  // its arguments, separated by blanks; "" if they are unknown
	// Set by processes_add_lookups:
	const struct lookup *first;  // of its lookups
	size_t count;
	bool is_shown;  // some are shown, or some of a descendant
};

struct processes {
	struct process *list;  // by pid
	size_t count;
};

// Reads the process, and those of its ancestors up to this process that are not known, from proc(5). A process that has
// ended is not added.
void processes_note(struct processes *processes, int64_t pid);

// Adds those that made lookups, without a parent, if they are not known. False for lack of memory.
bool processes_add_lookups(struct processes *processes, const struct lookups *lookups);

// NULL: unknown.
struct process *processes_find(const struct processes *processes, int64_t pid);

// Accepts one that was never filled (all zero).
void processes_clear(struct processes *processes);
