// SPDX-License-Identifier: MIT
// The program that is to be run: where it is, and whether a preloaded library can reach it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/elf.h"

struct problem;

// From script to script. More than the kernel follows at once (5), because env(1) begins anew.
#define PROGRAM_FILES_MAX 17

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
	const char *name;                // as the user gave it, borrowed
	char *files[PROGRAM_FILES_MAX];  // the one that exec(2) is given, and behind a script what it is run by
	size_t file_count;
	const char *path;   // the first of them
	const char *image;  // the last one: the file that runs in the end
	bool is_elf;        // path itself, not a script
	bool is_read;       // image is an ELF file that a kernel would run: what it says stands in elf
	struct elf elf;
	bool is_native;        // and for the library's architecture
	const char *obstacle;  // why it is not: "was not found"; NULL where is_read
	enum program_verdict verdict;
	const char *detail;  // "musl", "aarch64": which one it is, where the verdict says "other"
};

// The file that execvp(3) would run for name, allocated, with a slash in it; path is a PATH list, NULL for the system's
// own. NULL with errno: ENOENT when there is none, EACCES when there is but it cannot be run.
char *program_find(const char *name, const char *path);

// Finds name and looks at it, following #! lines. library is the file that is to be preloaded: its architecture
// is the one that counts. False, with *problem telling exit status and text, if there is nothing to run.
bool program_examine(const char *name, const char *library, struct program *out, struct problem *problem);

// Why the verdict, in a few words: "statically linked", "another libc (musl)"; and what can be done. For any verdict
// but PROGRAM_REDIRECTABLE. The former is allocated, NULL for want of memory.
char *program_reason(const struct program *program);
const char *program_remedy(const struct program *program);

// Both in one sentence that begins with the program's name. Allocated, NULL for want of memory.
char *program_explain(const struct program *program);

// Accepts one that was never filled (all zero).
void program_clear(struct program *program);
