// SPDX-License-Identifier: MIT
// Finds a program, and determines whether a library can be preloaded into it.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "shim/command/program/elf.h"
#include "shim/command/program/glibc_version.h"

struct problem;

// Scripts may name scripts. More than the limit of the kernel (5), which starts again with each env(1).
#define PROGRAM_FILES_MAX 17

enum program_result {
	PROGRAM_REDIRECTABLE,
	PROGRAM_UNREADABLE,  // executable but not readable
	PROGRAM_STATIC,
	PROGRAM_SET_USER_ID,
	PROGRAM_SET_GROUP_ID,
	PROGRAM_HAS_CAPABILITIES,
	PROGRAM_OTHER_LIBC,
	PROGRAM_OLDER_LIBC,  // a glibc that lacks functions of the library
	PROGRAM_OTHER_ARCHITECTURE,
};

struct program {
	const char *name;                // as the user gave it, borrowed
	const char *library;             // to be preloaded, borrowed
	char *files[PROGRAM_FILES_MAX];  // the file for exec(2), then the interpreters of scripts
	size_t file_count;
	const char *path;   // the first of them
	const char *image;  // the last of them: the file that is executed
	bool is_elf;        // path is an ELF file, not a script
	bool is_read;       // image is a valid ELF file, described by elf
	struct elf elf;
	bool is_native;        // and has the architecture of this withdns
	const char *obstacle;  // why not is_read: "was not found"; else NULL
	enum program_result result;
	const char *detail;           // for PROGRAM_OTHER_...: "musl", "aarch64"
	struct glibc_versions glibc;  // for PROGRAM_OLDER_LIBC
};

// Would the loader of the program end it if the library were preloaded?
bool program_dies_of_preload(const struct program *program);

// Would the kernel raise its privileges, so that the loader ignores preloaded libraries?
bool program_raises_privileges(const struct program *program);

// Finds and examines the program, following #! lines. library is the one to be preloaded (preload_find_library), for
// whose architecture, or for one with a library beside it, the program must be built. False with *problem filled if
// there is no program.
bool program_examine(const char *name, const char *library, struct program *out, struct problem *problem);

// Accepts one that was never filled (all zero).
void program_clear(struct program *program);
