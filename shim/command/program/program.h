// SPDX-License-Identifier: MIT
// Finds a program, and determines whether a library can be preloaded into it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/elf.h"

struct problem;

// Scripts may name scripts. More than the limit of the kernel (5), which starts again with each env(1).
#define PROGRAM_FILES_MAX 17

enum program_verdict {
	PROGRAM_REDIRECTABLE,
	PROGRAM_UNREADABLE,  // executable but not readable
	PROGRAM_STATIC,
	PROGRAM_SET_USER_ID,
	PROGRAM_SET_GROUP_ID,
	PROGRAM_HAS_CAPABILITIES,
	PROGRAM_OTHER_LIBC,
	PROGRAM_OTHER_ARCHITECTURE,
};

struct program {
	const char *name;                // as the user gave it, borrowed
	char *files[PROGRAM_FILES_MAX];  // the file for exec(2), then the interpreters of scripts
	size_t file_count;
	const char *path;   // the first of them
	const char *image;  // the last of them: the file that is executed
	bool is_elf;        // path is an ELF file, not a script
	bool is_read;       // image is a valid ELF file, described by elf
	struct elf elf;
	bool is_native;        // and has the architecture of the library
	const char *obstacle;  // why not is_read: "was not found"; else NULL
	enum program_verdict verdict;
	const char *detail;  // for a verdict PROGRAM_OTHER_...: "musl", "aarch64"
};

// The file that execvp(3) would execute for name, allocated, with a slash in it; path is a PATH list, NULL for the
// default. NULL with errno: ENOENT if there is none, EACCES if it cannot be executed.
char *program_find(const char *name, const char *path);

// Finds and examines the program, following #! lines. library is the file to be preloaded, whose architecture the
// program must have. False with *problem filled if there is no program.
bool program_examine(const char *name, const char *library, struct program *out, struct problem *problem);

// The reason of the verdict in a few words, "statically linked", "another libc (musl)", and a remedy. For any verdict
// but PROGRAM_REDIRECTABLE. The reason is allocated; NULL for lack of memory.
char *program_reason(const struct program *program);
const char *program_remedy(const struct program *program);

// Both in one sentence that begins with the name of the program. Allocated; NULL for lack of memory.
char *program_explain(const struct program *program);

// Accepts one that was never filled (all zero).
void program_clear(struct program *program);
