// SPDX-License-Identifier: MIT
#include "shim/command/program/executable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// 0, or the errno of execve(2) before it reads the file.
static int why_not_runnable(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return errno;
	if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
		return EACCES;
	return 0;
}

static char *system_path(void)
{
	size_t size = confstr(_CS_PATH, NULL, 0);
	char *path = malloc(size + 1);
	if (path != NULL && confstr(_CS_PATH, path, size) == 0)
		*path = '\0';
	return path;
}

// An empty directory is the current one (POSIX XBD 8.3).
static char *path_in_directory(const char *directory, size_t length, const char *name)
{
	char *path;
	return asprintf(&path, "%.*s/%s", length > 0 ? (int)length : 1, length > 0 ? directory : ".", name) < 0 ? NULL
																											: path;
}

static char *find_in_list(const char *name, const char *list)
{
	int error = ENOENT;
	for (const char *directory = list;; directory++) {
		size_t length = strcspn(directory, ":");
		char *path = path_in_directory(directory, length, name);
		int why = path == NULL ? ENOMEM : why_not_runnable(path);
		if (why == 0)
			return path;
		free(path);
		if (why == EACCES)
			error = EACCES;
		directory += length;
		if (*directory == '\0')
			break;
	}
	errno = error;
	return NULL;
}

char *executable_find(const char *name, const char *path)
{
	if (*name == '\0' || strchr(name, '/') != NULL) {
		errno = *name == '\0' ? ENOENT : why_not_runnable(name);
		return errno == 0 ? strdup(name) : NULL;
	}
	if (path != NULL)
		return find_in_list(name, path);
	char *list = system_path();
	char *found = list == NULL ? NULL : find_in_list(name, list);
	int error = errno;
	free(list);
	errno = error;
	return found;
}
