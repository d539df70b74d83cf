// SPDX-License-Identifier: MIT
// Colours for terminals (ECMA-48 SGR).
#pragma once

#include <stdbool.h>

enum colour { COLOUR_PLAIN, COLOUR_NAME, COLOUR_GOOD, COLOUR_BAD, COLOUR_FAINT };

// The escape sequence that selects the colour; "" unless is_coloured.
static inline const char *colour(bool is_coloured, enum colour colour)
{
	static const char *const sequences[] = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[2m"};
	return is_coloured ? sequences[colour] : "";
}
