// SPDX-License-Identifier: MIT
// Colours for terminals (ECMA-48 SGR).
#pragma once

#include <stdbool.h>

// The escape sequences that select them.
struct colours {
	const char *plain, *name, *good, *bad, *faint;
};

// All "" unless is_coloured.
static inline const struct colours *colours_of(bool is_coloured)
{
	static const struct colours all = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[2m"};
	static const struct colours none = {"", "", "", "", ""};
	return is_coloured ? &all : &none;
}
