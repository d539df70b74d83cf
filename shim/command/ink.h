// SPDX-License-Identifier: MIT
// Colours for terminals (ECMA-48 SGR); nothing elsewhere.
#pragma once

#include <stdbool.h>

enum ink { INK_PLAIN, INK_NAME, INK_GOOD, INK_BAD, INK_FAINT };

// The sequence that switches to it; "" where there are no colours.
static inline const char *ink(bool is_coloured, enum ink ink)
{
	static const char *const sequences[] = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[2m"};

	return is_coloured ? sequences[ink] : "";
}
