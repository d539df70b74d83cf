// SPDX-License-Identifier: MIT
// The libraries that the dynamic loader of glibc would load for a program, found as ld.so(8) finds them but by
// reading alone: nothing of the program runs. Libraries that it would load later (dlopen(3)) are not among them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/object.h"

struct library {
	char *name;                        // as it is wanted: "libc.so.6"
	char *path;                        // NULL: it was not found
	size_t wanted_by;                  // the index of the first that wants it
	unsigned long long device, inode;  // of the file
	struct object object;              // all zero where path is NULL
};

// The program itself is the first, then come those that it wants, those that they want, and so on.
struct libraries {
	struct library *all;
	size_t count;
};

// Where to look beyond what the objects themselves say.
struct library_places {
	const char *library_path;  // LD_LIBRARY_PATH; NULL: none
	const char *cache;         // the file of ld_cache.h
};

// False without memory, or where path is no program for this machine. libraries_clear frees what *out holds.
bool libraries_find(const char *path, const struct library_places *places, struct libraries *out);

// Accepts one that was never filled (all zero).
void libraries_clear(struct libraries *libraries);
