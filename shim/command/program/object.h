// SPDX-License-Identifier: MIT
// What a dynamically linked object, a program or a library, says to the dynamic loader, and which functions of
// calls.h it wants from others or has itself. The file is not trusted: what lies outside it counts as absent.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim/command/program/calls.h"

struct object {
	char *name;             // DT_SONAME; NULL: none
	char *rpath, *runpath;  // DT_RPATH, DT_RUNPATH as they stand there; NULL: none
	char **needed;          // DT_NEEDED, in their order
	size_t needed_count;
	bool has_no_default_path;  // DF_1_NODEFLIB
	bool wants[CALLS_MAX];     // by the index in calls
	bool has[CALLS_MAX];
	bool loads, starts;  // wants functions that load libraries (dlopen(3)), that start programs (execve(2))
	bool fetches;        // wants dlsym(3)
};

// Reads by pread(2). False where it is no object of this program's class and byte order for that machine (EM_X86_64).
// object_clear frees what *out holds.
bool object_read(int descriptor, uint16_t machine, struct object *out);

// What of other resolvers was linked in statically, as far as nobody stripped its names: adds it to has.
void object_read_own_names(int descriptor, struct object *object);

// Accepts one that was never filled (all zero).
void object_clear(struct object *object);
