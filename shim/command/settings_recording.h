// SPDX-License-Identifier: MIT
// The recording of a run: what withdns decides on, and does, before its processes record or replay.
#pragma once

#include <stdbool.h>

struct command_line;
struct environment;
struct problem;
struct settings;

// Makes the settings again, for a line that has changed; what is to be removed stays. False with *problem filled.
bool settings_recording_settle(const struct command_line *line, const struct environment *inherited,
	struct settings *settings, struct problem *problem);

// Removes a recording that is to begin anew: call it when the run begins. False with *problem filled.
bool settings_recording_begin(const struct settings *settings, struct problem *problem);
