// SPDX-License-Identifier: MIT
// The recording of a run: what withdns decides on, and does, before its processes record or replay.
#pragma once

#include <stdbool.h>

struct command_line;
struct environment;
struct problem;
struct settings;

// Passes the mode on in *settings, so that the first process that records does not decide for the next. False with *problem
// filled.
bool settings_recording_settle(
	struct command_line *line, const struct environment *inherited, struct settings *settings, struct problem *problem);

// Removes a recording that is to begin anew: call it when the run begins. False with *problem filled.
bool settings_recording_begin(const struct settings *settings, struct problem *problem);
