// SPDX-License-Identifier: MIT
// Decides which programs are supervised (--reach) by themselves: those whose queries a preloaded library does not see.
// Only the file of the program is read, not its libraries: this precedes every start.
#pragma once

#include <stdbool.h>

struct program;

enum supervision {
	SUPERVISION_NONE,
	SUPERVISION_OWN_RESOLVER,  // the library can be preloaded, but the program sends queries itself
	SUPERVISION_ONLY,          // nothing else redirects it
};

// needs_no_new_privileges: programs with raised privileges would lose these.
enum supervision supervision_of(const struct program *program, bool needs_no_new_privileges);

// Are its privileges raised by the file?
bool supervision_is_of_raised(const struct program *program);
