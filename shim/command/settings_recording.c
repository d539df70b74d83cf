// SPDX-License-Identifier: MIT
#include "shim/command/settings_recording.h"

#include <errno.h>
#include <unistd.h>

#include "shim/command/problem.h"
#include "shim/command/settings.h"

bool settings_recording_settle(const struct command_line *line, const struct environment *inherited,
	struct settings *settings, struct problem *problem)
{
	struct settings settled = {.directives = NULL};
	const bool done = settings_make(line, inherited, &settled, problem);
	settled.emptied_recording = settings->emptied_recording;
	settings->emptied_recording = NULL;
	settings_clear(settings);
	*settings = settled;
	return done;
}

bool settings_recording_begin(const struct settings *settings, struct problem *problem)
{
	const char *path = settings->emptied_recording;
	return path == NULL || unlink(path) == 0 || errno == ENOENT ||
		problem_set(problem, EXIT_OWN_ERROR, "recording %s: expected a file that can be removed: %m", path);
}
