// SPDX-License-Identifier: MIT
// What can be said of a program's lookups by reading it and the libraries that it is linked to.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/calls.h"
#include "shim/command/program/libraries.h"
#include "shim/command/program/program.h"

struct problem;

enum finding {
	FINDING_REDIRECTED,    // it looks names up, and that goes through the library
	FINDING_SILENT,        // nothing of it looks names up
	FINDING_OWN_RESOLVER,  // the library reaches it, but a resolver of its own asks past it
	FINDING_UNREACHABLE,   // no library can be preloaded
	FINDING_STOPS,         // AddressSanitizer's library, which it is linked to, ends it where another is loaded first
};

// What something here uses that asks past the library.
struct own_resolver {
	enum call_owner owner;  // CALL_OWNERS: it is not seen by calls of others (Go's own library, queries of one's own)
	const char *name;       // "c-ares"
	size_t where;           // the index of the library that it is in; 0: in the program itself
	bool is_missing;        // it is in none: the library was not found
};

struct findings {
	struct program program;
	struct libraries libraries;  // of program.image; none where they do not matter
	struct own_resolver own[CALL_OWNERS + 2];
	size_t own_count;
	size_t first;  // the library that must be loaded first; 0: none
	enum finding verdict;
};

// Reads the program that word names, as execvp(3) would find it; library is the one that would be preloaded. False
// with *problem filled where there is no program, or nothing can be known of it. findings_clear frees what *out
// holds.
bool findings_make(const char *word, const char *library, struct findings *out, struct problem *problem);

// Does that library (0: the program itself) want that function of calls.h, one that the preloaded library takes over?
// What libc's own libraries want of each other does not count.
bool findings_has_call(const struct findings *findings, size_t library, size_t call);

// Has the program itself a function by the name of one that the preloaded library takes over?
bool findings_is_defined(const struct findings *findings, size_t call);

// Can it load libraries later, can it fetch functions by name (dlsym(3)), can it start programs? What libc's own
// libraries do does not count.
bool findings_loads(const struct findings *findings);
bool findings_fetches(const struct findings *findings);
bool findings_starts(const struct findings *findings);

// Does that library (0: the program itself) use that resolver?
bool findings_is_user(const struct findings *findings, size_t library, const struct own_resolver *own);

// How a library is called, "libc.so.6"; for 0 the program's file.
const char *findings_library_name(const struct findings *findings, size_t library);

// What can be done where it cannot be redirected, in a few words; NULL where it can.
const char *findings_remedy(const struct findings *findings);

// The verdict as one line that begins with the program's name. Allocated, NULL for want of memory.
char *findings_verdict(const struct findings *findings);

// Accepts one that was never filled (all zero).
void findings_clear(struct findings *findings);
