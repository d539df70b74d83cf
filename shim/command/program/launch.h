// SPDX-License-Identifier: MIT
// The last steps: the library, PROGRAM's environment, exec.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;
struct program;
struct settings;

// Where the library is: beside this program (the build tree), in ../lib beside its directory, or in the directory that it was
// built for; never the current directory or one that the environment names. Allocated; NULL with *problem filled.
char *launch_find_library(struct problem *problem);

// LD_PRELOAD with the library in front, once, and the others behind it as they stood. preload may be NULL.
// Allocated; NULL for want of memory.
char *launch_preload(const char *library, const char *preload);

// GODEBUG with netdns=cgo, which lets Go programs ask libc; one that says netdns= already stays. godebug may be NULL.
// Allocated; NULL for want of memory.
char *launch_godebug(const char *godebug);

// Writes VARIABLE='value' lines that `eval` takes. False for want of memory.
bool launch_print_env(const char *preload, const struct settings *settings, FILE *out);

// Becomes the program: the same process with nothing changed but LD_PRELOAD, WITHDNS, WITHDNS_CONF, its copy and
// GODEBUG (any program may start one of Go's). argv[0] stays what the user wrote. Returns only on failure, always false.
bool launch_exec(const struct program *program, char **argv, const char *preload, const struct settings *settings,
	struct problem *problem);
