// SPDX-License-Identifier: MIT
// Examines the lookups of a program by reading it and the libraries that it is linked to.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/calls.h"
#include "shim/command/program/libraries.h"
#include "shim/command/program/program.h"

struct problem;

enum finding {
	FINDING_REDIRECTED,    // it looks names up through functions that the library replaces
	FINDING_NO_LOOKUPS,    // it calls no lookup function
	FINDING_OWN_RESOLVER,  // it can be redirected, but has a resolver of its own
	FINDING_UNREACHABLE,   // no library can be preloaded
	FINDING_SANITIZER,     // it is linked to AddressSanitizer, which ends it if another library is loaded first
};

// A resolver that does not use the functions that the library replaces.
struct own_resolver {
	enum call_owner owner;  // CALL_OWNERS: found by other means (the resolver of Go, constructed queries)
	const char *name;       // "c-ares"
	size_t where;           // the index of the library that contains it; 0: the program itself
	bool is_missing;        // its library was not found
};

struct findings {
	struct program program;
	struct libraries libraries;  // of program.image; none if they are not needed
	struct own_resolver own[CALL_OWNERS + 2];
	size_t own_count;
	size_t first;  // the library that must be loaded first; 0: none
	bool can[OBJECT_ABILITIES];
	enum finding result;
};

// Examines the program that execvp(3) would find for word; library is the one to be preloaded. False with *problem
// filled if there is no program or it cannot be read. findings_clear frees *out.
bool findings_make(const char *word, const char *library, struct findings *out, struct problem *problem);

// Does that library (0: the program itself) import that function of calls.h, and does the preloaded library replace it?
// False for the libraries of libc.
bool findings_has_call(const struct findings *findings, size_t library, size_t call);

// Does the program itself define a function that the preloaded library replaces?
bool findings_is_defined(const struct findings *findings, size_t call);

// Does that library (0: the program itself) use that resolver?
bool findings_is_user(const struct findings *findings, size_t library, const struct own_resolver *own);

// The name of a library, "libc.so.6"; for 0 the file of the program.
const char *findings_library_name(const struct findings *findings, size_t library);

// Accepts one that was never filled (all zero).
void findings_clear(struct findings *findings);
