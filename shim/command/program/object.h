// SPDX-License-Identifier: MIT
// Reads the dynamic section of a program or library, and which functions of calls.h it imports or defines. The file is
// not trusted: data outside the file count as absent.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/calls.h"
#include "shim/command/program/elf.h"

// What a program can do at run time, where it is not seen.
enum object_ability {
	OBJECT_LOADS,    // libraries (dlopen(3))
	OBJECT_FETCHES,  // functions by name (dlsym(3))
	OBJECT_STARTS,   // programs (execve(2))
	OBJECT_ABILITIES
};

struct object {
	char *name;             // DT_SONAME; NULL: none
	char *rpath, *runpath;  // DT_RPATH, DT_RUNPATH, unexpanded; NULL: none
	char **needed;          // DT_NEEDED, in their order
	size_t needed_count;
	bool has_no_default_path;  // DF_1_NODEFLIB
	bool imports[CALLS_MAX];   // by the index in calls
	bool defines[CALLS_MAX];
	bool can[OBJECT_ABILITIES];  // imports functions for it
};

// Reads by pread(2). False unless it is an object for the architecture of program. object_clear frees *out.
bool object_read(int descriptor, const struct elf *program, struct object *out);

// Adds the functions of statically linked resolvers to object->defines, if their symbols were not stripped.
void object_read_own_names(int descriptor, struct object *object);

// A program that constructs queries by libc but does not send them by libc uses sockets, and the servers in _res or
// resolv.conf (nslookup of busybox).
bool object_sends_queries(const struct object *object);

// Accepts one that was never filled (all zero).
void object_clear(struct object *object);
