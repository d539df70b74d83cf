// SPDX-License-Identifier: MIT
#include "shim/command/settings_files.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/config.h"
#include "config/mistakes.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

#define SYSTEM_HOSTS "/etc/hosts"
#define HOSTS_CHECK_MAX (64 * 1024)  // a longer file is not checked

// 0 or errno. A file that does not exist will be created in its directory.
static int why_not_writable(const char *path)
{
	struct stat status;
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		return EISDIR;
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0)
		return 0;
	if (errno != ENOENT)
		return errno;
	char *copy = strdup(path);
	if (copy == NULL)
		return ENOMEM;
	int why = faccessat(AT_FDCWD, dirname(copy), W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
	free(copy);
	return why;
}

// The library only logs a file that it cannot write, and continues, so the command checks it.
static bool check_written(const char *directive, const char *path, struct problem *problem)
{
	int why = path != NULL ? why_not_writable(path) : 0;
	if (why == 0)
		return true;
	return problem_set(problem, "%s %s: expected a file that can be written: %s", directive, path, strerror(why));
}

// A recording is replaced by a file next to it.
static bool check_recording(const struct config *config, struct problem *problem)
{
	const char *path = config->recording_path;
	if (path == NULL || config->recording_mode == RECORDING_ONLY)
		return true;
	char *next = text_format("%s.new", path);
	if (next == NULL)
		return problem_out_of_memory(problem);
	const bool is_writable = check_written("recording", path, problem) && check_written("recording", next, problem);
	free(next);
	return is_writable;
}

// A zone file has no valid line of a hosts file.
static bool check_hosts(const char *path, struct problem *problem)
{
	char *text;
	size_t size;
	if (path == NULL || strcmp(path, SYSTEM_HOSTS) == 0)
		return true;
	if (file_read(path, HOSTS_CHECK_MAX, &text, &size) != 0)
		return true;
	const bool is_zone = mistake_is_zone(text, size);
	free(text);
	return !is_zone ||
		problem_set(problem, "hosts %s: expected lines such as 192.0.2.1 app.test, got a zone file (zone, -z)", path);
}

bool settings_files_check(const struct config *config, struct problem *problem)
{
	return check_written("log", config->log.path, problem) && check_recording(config, problem) &&
		check_hosts(config->hosts_path, problem);
}
