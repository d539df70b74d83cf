// SPDX-License-Identifier: MIT
// Loads the configuration from all its sources.
#pragma once

#include <stdbool.h>

struct config;
struct config_error;
struct environment;

// Reads all sources in order of precedence (location.h) and fills in the defaults. RES_OPTIONS and LOCALDOMAIN are read
// with getenv; with environment->secure no variable counts. environment is borrowed for the call. The caller passes
// *out to config_clear. On failure false with *error filled, *out unchanged. before is what the process has loaded
// (NULL: none). If it came from a configuration file that cannot be read now, this fails: a missing file must not let
// sources of lower precedence take over.
bool config_load(
	const struct environment *environment, const struct config *before, struct config *out, struct config_error *error);

// Reads CONFIG_SOURCE_DIRECTIVES only, to get its journals when another source is wrong. False if the directives
// themselves are wrong; *out is unchanged then.
bool config_load_directives(const struct environment *environment, struct config *out);
