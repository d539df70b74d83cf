// SPDX-License-Identifier: MIT
// The program that is to be run: where it is, and whether a preloaded library can reach it.
#pragma once

#include <stdbool.h>

struct problem;

enum program_verdict {
	PROGRAM_REDIRECTABLE,
	PROGRAM_UNREADABLE,  // may be run but not read, so nothing is known
	PROGRAM_STATIC,
	PROGRAM_SET_USER_ID,
	PROGRAM_SET_GROUP_ID,
	PROGRAM_HAS_CAPABILITIES,
	PROGRAM_OTHER_LIBC,
	PROGRAM_OTHER_ARCHITECTURE,
};

struct program {
	const char *name;      // as the user gave it, borrowed
	char *path;            // the file that exec(2) is given
	char *image;           // the file that runs in the end: path, or what a script is run by
	bool is_elf;           // path itself, not a script
	bool is_go;            // image
	enum program_verdict verdict;
	const char *detail;    // "musl", "aarch64": which one it is, where the verdict says "other"
};

// The file that execvp(3) would run for name, allocated, with a slash in it; path is a PATH list, NULL for the system's
// own. NULL with errno: ENOENT when there is none, EACCES when there is but it cannot be run.
char *program_find(const char *name, const char *path);

// Finds name and looks at it, following #! lines. library is the file that is to be preloaded: its architecture
// is the one that counts. False, with *problem telling exit status and text, if there is nothing to run.
bool program_examine(const char *name, const char *library, struct program *out, struct problem *problem);

// Why the verdict, and what can be done, in one sentence that begins with the program's name; for any verdict but
// PROGRAM_REDIRECTABLE. Allocated, NULL for want of memory.
char *program_explain(const struct program *program);

// Accepts one that was never filled (all zero).
void program_clear(struct program *program);
