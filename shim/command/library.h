// SPDX-License-Identifier: MIT
// Libraries that are loaded when they are needed: linked to withdns, they would delay every start.
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct library_row {
	const char *symbol;
	size_t offset;  // of the pointer to it, in the caller's structure
};

// For a list of functions in a macro: the members of the structure, with the types of the library's header, and the
// symbols, since a name may be a macro for that of another function.
#define LIBRARY_MEMBER(name) __typeof__(name) *name;
#define LIBRARY_SYMBOL(name) #name

// Loads the file, for good, and sets the pointers in the structure at *out. False if the file or a symbol is missing.
bool library_load(const char *file, const struct library_row *rows, size_t count, void *out);
