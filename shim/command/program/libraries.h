// SPDX-License-Identifier: MIT
// Finds the libraries that the dynamic loader of glibc, as in ld.so(8), or of musl would load for a program, by reading
// files only. Libraries that the program loads at run time (dlopen(3)) are not included.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/object.h"

struct library {
	char *name;                        // as in DT_NEEDED: "libc.so.6"
	char *path;                        // NULL: not found
	size_t needed_by;                  // the index of the first object that needs it
	unsigned long long device, inode;  // of the file
	struct object object;              // all zero if path is NULL
};

// The program itself comes first, then the libraries that it needs, those that they need, and so on.
struct libraries {
	struct library *all;
	size_t count;
};

// Places to search in addition to those in the objects.
struct library_places {
	const char *library_path;  // LD_LIBRARY_PATH; NULL: none
	const char *cache;         // of glibc: the file of ld_cache.h
	const char *musl_path;     // of musl: the list of its last directories
};

// False for lack of memory, or if path is not a program for this machine. libraries_clear frees *out.
bool libraries_find(const char *path, const struct library_places *places, struct libraries *out);

// Accepts one that was never filled (all zero).
void libraries_clear(struct libraries *libraries);
