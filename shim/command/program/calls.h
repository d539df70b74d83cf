// SPDX-License-Identifier: MIT
// The functions by which programs look names up: those that the library takes over, and those of resolvers that go
// past it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Whose function it is.
enum call_owner {
	CALL_LIBC,  // taken over: the names of shim/exports.map
	CALL_ARES,
	CALL_LDNS,
	CALL_BIND,
	CALL_UNBOUND,
	CALL_GETDNS,
	CALL_KNOT,
	CALL_EVDNS,
	CALL_ADNS,
	CALL_UDNS,
	CALL_ASR,
	CALL_WITHIN_LIBC,  // functions of libc that look names up by calls which nothing outside of it can take over
	CALL_OWNERS
};

struct call {
	const char *name;
	enum call_owner owner;
	bool asks;  // looks something up, or prepares just that; of other owners than libc only such are here
};

#define CALLS_MAX 128

// Sorted by name, as strcmp(3) does.
extern const struct call calls[];
extern const size_t call_count;

// Its index in calls; call_count where it is none of them.
size_t call_find(const char *name);

// "c-ares"
const char *call_owner_name(enum call_owner owner);

// Is this the shared library by which that resolver comes, going by its name ("libcares.so.2")? libc comes in several.
bool call_owner_has_library(enum call_owner owner, const char *soname);
