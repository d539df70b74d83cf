// SPDX-License-Identifier: MIT
// The file of a recording, to which many processes and threads add at the same time.
#pragma once

#include <stdbool.h>

// Adds answers (recording_lines_add) to the file, which is created if it does not exist, under its lock (flock(2)):
// others add before or after, and their lines stay. The new version, with the owner, group and mode of the old one,
// replaces the file by rename(2), so that a process that is killed leaves a complete file; of a symbolic link, the file
// that it names (file_follow). All signals are blocked while the lock is held. Waits for a lock while others add; if
// the file stays the same for some 200 ms, false with ETIMEDOUT. False with errno: EBADMSG if the file is no recording.
bool recording_file_add(const char *path, char *answers);
