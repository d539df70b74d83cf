// SPDX-License-Identifier: MIT
// Libraries that are loaded when they are needed: linked to withdns, they would delay every start.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A function or variable of a library that has been loaded.
struct library_symbol {
	const char *name;
	void *volatile address;
};

// What is declared by that name, perhaps in a header of the library, which must be loaded. Each use of the macro adds a
// symbol to the section of the library, whose bounds the linker knows as __start_SECTION and __stop_SECTION.
#define LIBRARY_SYMBOL(section_name, symbol)                                                                    \
	(*({                                                                                                        \
		static struct library_symbol used_here __attribute__((section(#section_name), used)) = {#symbol, NULL}; \
		(__typeof__(symbol) *)used_here.address;                                                                \
	}))

// Loads the file, for good, and finds the symbols of a section. False if the file or a symbol is missing.
bool library_load(const char *file, struct library_symbol *start, const struct library_symbol *stop);
