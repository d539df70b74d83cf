// SPDX-License-Identifier: MIT
// Sets the environment of PROGRAM, and executes it.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;
struct program;
struct settings;

// GODEBUG with netdns=cgo, by which Go programs use the resolver of libc; an existing netdns= is kept. godebug may be
// NULL. Allocated; NULL for lack of memory.
char *launch_godebug(const char *godebug);

// Writes a variable as a line KEY=VALUE without quotes, which the --env-file of docker(1), the EnvironmentFile= of
// systemd.exec(5) and the file of $GITHUB_ENV read alike; with out NULL, only checks. False with *problem filled, and
// nothing written, for a value that one of these readers would change. Directives, which have no open quotes, are then
// separated by semicolons instead of newlines.
bool launch_write_plain(const char *name, const char *value, bool are_directives, FILE *out, struct problem *problem);

// Writes the variables that launch_exec sets as VARIABLE='value' lines for `eval`, or as launch_write_plain and
// without WITHDNS_CONF_COPY. False with *problem filled.
bool launch_print_env(
	const char *library, const struct settings *settings, bool is_plain, FILE *out, struct problem *problem);

// Executes the program in this process, with LD_PRELOAD, WITHDNS, WITHDNS_VERSION, WITHDNS_CONF, WITHDNS_CONF_COPY and
// GODEBUG changed (GODEBUG for every program, since it may start a Go program). library is preloaded, unless the
// program would die of it; argv[0] is not changed. Returns, false with *problem filled, only on failure.
bool launch_exec(const struct program *program, char **argv, const char *library, const struct settings *settings,
	struct problem *problem);
