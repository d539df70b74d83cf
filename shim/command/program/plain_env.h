// SPDX-License-Identifier: MIT
// Environment variables as lines KEY=VALUE without quotes, which the --env-file of docker(1), the EnvironmentFile= of
// systemd.exec(5) and the file of $GITHUB_ENV read alike.
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct problem;

// Writes one line; with out NULL, only checks. False with *problem filled, and nothing written, for a value that one of
// these readers would change.
bool plain_env_write(const char *name, const char *value, FILE *out, struct problem *problem);

// The same for the value of WITHDNS, with semicolons instead of newlines: directives that could be read have no open
// quotes.
bool plain_env_write_directives(const char *name, const char *directives, FILE *out, struct problem *problem);
