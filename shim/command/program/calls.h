// SPDX-License-Identifier: MIT
// The functions by which programs look names up: those that the library replaces, and those of other resolvers.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// The library of a function.
enum call_owner {
	CALL_LIBC,  // replaced: the names of shim/exports.map
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
	CALL_WITHIN_LIBC,  // functions of libc that look names up by internal calls
	CALL_OWNERS
};

struct call {
	const char *name;
	enum call_owner owner;
	bool asks;  // sends queries, or prepares them; always true for owners other than libc
};

#define CALLS_MAX 128

// Sorted by name, as strcmp(3) does.
extern const struct call calls[];
extern const size_t call_count;

// The index in calls; call_count if it is not listed.
size_t call_find(const char *name);

// "c-ares"
const char *call_owner_name(enum call_owner owner);

// Is soname ("libcares.so.2") the shared library of that resolver? libc has several.
bool call_owner_has_library(enum call_owner owner, const char *soname);
