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
#include "config/base/strbuf.h"
#include "config/sync/forks.h"
#include "resolver/source/recording_lines.h"

#define ATTEMPTS 200  // a millisecond apart, while the file stays the same

// ---- the lock ----

// Another process may have replaced the file between open(2) and flock(2).
static bool is_current(int descriptor, const char *path)
{
	struct stat opened, named;
	return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0 && opened.st_dev == named.st_dev &&
		opened.st_ino == named.st_ino;
}

// Children of vfork(2) and _Fork(3) share the lock, so it is released explicitly.
static void close_locked(int descriptor)
{
	flock(descriptor, LOCK_UN);
	forks_close(descriptor);
}

// -1 with errno: EAGAIN if others have locked the file.
static int try_lock(const char *path)
{
	const int descriptor = forks_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW, 0666);
	const bool is_locked = descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0;
	if (is_locked && is_current(descriptor, path))
		return descriptor;
	if (descriptor >= 0)
		forks_close(descriptor);
	if (is_locked)
		errno = EAGAIN;
	return -1;
}

// Does not wait in flock(2), since a process may be stopped while it holds the lock, or be none that adds; while others
// replace the file, its turn will come. All signals are blocked while the lock is held: a handler could jump out, or
// look up a name and wait for it. -1 with errno.
static int take_lock(const char *path, sigset_t *before)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct stat now, last = {0};
	sigset_t all;
	sigfillset(&all);
	for (unsigned attempts = 0; attempts < ATTEMPTS; attempts++) {
		pthread_sigmask(SIG_BLOCK, &all, before);
		const int descriptor = try_lock(path);
		if (descriptor >= 0)
			return descriptor;
		pthread_sigmask(SIG_SETMASK, before, NULL);
		if (errno != EAGAIN)
			return -1;
		if (lstat(path, &now) == 0 && (now.st_ino != last.st_ino || now.st_size != last.st_size)) {
			attempts = 0;
			last = now;
		}
		nanosleep(&pause, NULL);
	}
	errno = ETIMEDOUT;
	return -1;
}

// ---- the new version ----

// Its name, which only the holder of the lock uses. Allocated; NULL with errno.
static char *new_path(const char *path, const struct stat *old)
{
	char name[64];
	struct strbuf out = {.bytes = name, .size = sizeof(name)};
	strbuf_add(&out, ".withdns-");
	strbuf_add_number(&out, old->st_ino);
	return file_beside(path, strbuf_end(&out));
}

// A process that was killed left a part of a recording, or nothing yet; any other file is not ours.
static bool is_left(const char *name)
{
	struct stat status;
	struct recording_lines lines = {0};
	unsigned wrong = 0;
	const bool is_ours = lstat(name, &status) == 0 && S_ISREG(status.st_mode) &&
		(recording_lines_read(name, &lines, &wrong) || wrong > 1);
	recording_lines_clear(&lines);
	return is_ours;
}

static int create(const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY;
	const int descriptor = open(name, flags, 0600);
	if (descriptor >= 0 || errno != EEXIST)
		return descriptor;
	if (is_left(name))
		unlink(name);
	return open(name, flags, 0600);
}

// Owner, group and mode as those of the old version.
static bool take_over(int descriptor, const struct stat *old)
{
	struct stat new;
	if (fstat(descriptor, &new) != 0)
		return false;
	const bool is_same = new.st_uid == old->st_uid &&new.st_gid == old->st_gid;
	return (is_same || fchown(descriptor, old->st_uid, old->st_gid) == 0) &&
		fchmod(descriptor, old->st_mode & 0777) == 0;
}

static bool write_whole(int descriptor, const char *text, size_t size)
{
	const ssize_t written = append_write(descriptor, text, size);
	if (written >= 0 && (size_t)written < size)
		errno = ENOSPC;
	return written == (ssize_t)size;
}

static bool replace(int locked, const char *path, const struct recording_lines *lines)
{
	struct stat old;
	size_t size = 0;
	if (fstat(locked, &old) != 0)
		return false;
	errno = EINVAL;
	char *name = S_ISREG(old.st_mode) ? new_path(path, &old) : NULL;
	char *text = name ? recording_lines_write(lines, &size) : NULL;
	const int descriptor = text ? create(name) : -1;
	const bool is_done = descriptor >= 0 && take_over(descriptor, &old) && write_whole(descriptor, text, size) &&
		rename(name, path) == 0;
	const int error = errno;
	if (descriptor >= 0 && !is_done)
		unlink(name);
	if (descriptor >= 0)
		close(descriptor);
	free(text);
	free(name);
	errno = error;
	return is_done;
}

static bool merge(int locked, const char *path, char *answers)
{
	struct recording_lines lines;
	unsigned wrong;
	bool is_changed = false;
	const bool is_done = recording_lines_read(path, &lines, &wrong) &&
		recording_lines_add(&lines, answers, &is_changed) && (!is_changed || replace(locked, path, &lines));
	recording_lines_clear(&lines);
	return is_done;
}

bool recording_file_add(const char *path, char *answers)
{
	sigset_t before;
	char *name = file_follow(path);
	const int locked = name ? take_lock(name, &before) : -1;
	const bool is_done = locked >= 0 && merge(locked, name, answers);
	const int error = errno;
	if (locked >= 0) {
		close_locked(locked);
		pthread_sigmask(SIG_SETMASK, &before, NULL);
	}
	free(name);
	errno = error;
	return is_done;
}
