// SPDX-License-Identifier: MIT
#include "resolver/source/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config/base/append.h"
#include "config/base/file.h"
#include "resolver/source/recording_lines.h"
#include "resolver/source/recording_text.h"

#define ATTEMPTS 30000  // a millisecond apart
#define NEW_SUFFIX ".new"

// Another process may have replaced the file between open(2) and flock(2).
static bool is_current(int descriptor, const char *path)
{
	struct stat opened, named;
	return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
		opened.st_ino == named.st_ino;
}

// Children of fork(2) share the lock, so it is released explicitly.
static void close_locked(int descriptor)
{
	flock(descriptor, LOCK_UN);
	file_close(descriptor);
}

// Does not wait in flock(2), since a process may be stopped while it holds the lock. -1 with errno.
static int open_locked(const char *path)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	for (int i = 0; i < ATTEMPTS; i++) {
		const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
		if (descriptor < 0)
			return -1;
		const bool is_locked = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
		if (is_locked && is_current(descriptor, path))
			return descriptor;
		if (is_locked)
			close_locked(descriptor);
		else
			file_close(descriptor);
		if (!is_locked && errno != EWOULDBLOCK)
			return -1;
		if (!is_locked)
			nanosleep(&pause, NULL);
	}
	errno = ETIMEDOUT;
	return -1;
}

// The name of the new version: only the holder of the lock uses it. A process that was killed may have left one.
static char *new_path(const char *path)
{
	char *name = malloc(strlen(path) + sizeof(NEW_SUFFIX));
	if (name)
		stpcpy(stpcpy(name, path), NEW_SUFFIX);
	return name;
}

static bool write_whole(int descriptor, const char *text, size_t size, mode_t mode)
{
	const ssize_t written = append_write(descriptor, text, size);
	if (written >= 0 && (size_t)written < size)
		errno = ENOSPC;
	return written == (ssize_t)size && fchmod(descriptor, mode & 0777) == 0;
}

static bool replace(int locked, const char *path, const struct recording_lines *lines)
{
	struct stat status;
	size_t size = 0;
	char *text = recording_lines_write(lines, &size), *name = new_path(path);
	bool is_done = false;
	if (text && name && fstat(locked, &status) == 0) {
		unlink(name);
		const int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
		is_done = descriptor >= 0 && write_whole(descriptor, text, size, status.st_mode) && rename(name, path) == 0;
		if (descriptor >= 0)
			file_close(descriptor);
		if (!is_done) {
			const int error = errno;
			unlink(name);
			errno = error;
		}
	}
	free(name);
	free(text);
	return is_done;
}

static bool merge(int locked, const char *path, const struct recording_text *answers, size_t count)
{
	struct recording_lines lines = {0};
	char *bytes = NULL;
	size_t size = 0;
	unsigned wrong;
	bool is_changed = false;
	bool is_done =
		file_read(path, RECORDING_FILE_MAX, &bytes, &size) == 0 && recording_lines_read(&lines, bytes, size, &wrong);
	for (size_t i = 0; is_done && i < count; i++)
		is_done = recording_lines_add(&lines, answers[i].bytes, answers[i].used, &is_changed);
	is_done = is_done && (!is_changed || replace(locked, path, &lines));
	recording_lines_clear(&lines);
	free(bytes);
	return is_done;
}

bool recording_file_add(const char *path, const struct recording_text *answers, size_t count)
{
	sigset_t all, before;
	sigfillset(&all);
	// A handler could jump out, or look up a name and wait for the lock.
	pthread_sigmask(SIG_BLOCK, &all, &before);
	const int locked = open_locked(path);
	const bool is_done = locked >= 0 && merge(locked, path, answers, count);
	if (locked >= 0)
		close_locked(locked);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_done;
}
