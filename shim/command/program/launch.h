// SPDX-License-Identifier: MIT
// Finds the library, sets the environment of PROGRAM, and executes it.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;
struct program;
struct settings;

// Finds the library: in the directory of this program (the build tree), in ../lib of it, or in the installation
// directory; never in the working directory or by the environment. Allocated; NULL with *problem filled.
char *launch_find_library(struct problem *problem);

// LD_PRELOAD with the library in front, once, and the other libraries in their order. preload may be NULL. Allocated;
// NULL for lack of memory.
char *launch_preload(const char *library, const char *preload);

// GODEBUG with netdns=cgo, by which Go programs use the resolver of libc; an existing netdns= is kept. godebug may be
// NULL. Allocated; NULL for lack of memory.
char *launch_godebug(const char *godebug);

// Writes the variables that launch_exec sets as VARIABLE='value' lines for `eval`, or without quotes (plain_env.h) and
// without WITHDNS_CONF_COPY. False with *problem filled.
bool launch_print_env(
	const char *library, const struct settings *settings, bool is_plain, FILE *out, struct problem *problem);

// Executes the program in this process, with LD_PRELOAD, WITHDNS, WITHDNS_CONF, WITHDNS_CONF_COPY and GODEBUG changed
// (GODEBUG for every program, since it may start a Go program). library is preloaded; argv[0] is not changed. Returns,
// false with *problem filled, only on failure.
bool launch_exec(const struct program *program, char **argv, const char *library, const struct settings *settings,
	struct problem *problem);
