// SPDX-License-Identifier: MIT
#include "resolver/source/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
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
#include "resolver/source/recording_text.h"

#define ATTEMPTS 200  // a millisecond apart, while the file stays the same
#define LINKS_MAX 40
#define NEW_NAME ".withdns-"  // the inode number of the file follows

// ---- names ----

// The directory of path, with its slash, then the text. Allocated; NULL with errno.
static char *in_same_directory(const char *path, const char *text)
{
	const size_t directory = (size_t)(file_base_name(path) - path);
	char *name = malloc(directory + strlen(text) + 1);
	if (name)
		strcpy(mempcpy(name, path, directory), text);
	return name;
}

// What the symbolic link names, which need not exist. Allocated; NULL with errno: EINVAL if it is no link.
static char *read_link(const char *path)
{
	char *target = malloc(PATH_MAX), *found = NULL;
	const ssize_t size = target ? readlink(path, target, PATH_MAX - 1) : -1;
	if (size >= 0) {
		target[size] = '\0';
		found = *target == '/' ? strdup(target) : in_same_directory(path, target);
	}
	free(target);
	return found;
}

// The path of the file itself: rename(2) would replace a symbolic link. Allocated; NULL with errno.
static char *follow_links(const char *path)
{
	char *name = strdup(path);
	for (int i = 0; name && i < LINKS_MAX; i++) {
		char *next = read_link(name);
		if (!next && (errno == EINVAL || errno == ENOENT))
			return name;
		free(name);
		name = next;
	}
	if (name)
		errno = ELOOP;
	free(name);
	return NULL;
}

// ---- the lock ----

struct lock {
	const char *path;
	sigset_t signals;   // blocked before
	struct stat file;   // that others have locked
	unsigned attempts;  // while it stays the same
	int descriptor;
};

// Another process may have replaced the file between open(2) and flock(2).
static bool is_current(int descriptor, const char *path)
{
	struct stat opened, named;
	return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_dev == named.st_dev &&
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
	const int descriptor = forks_open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
	if (descriptor < 0)
		return -1;
	if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
		forks_close(descriptor);
		return -1;
	}
	if (is_current(descriptor, path))
		return descriptor;
	close_locked(descriptor);
	errno = EAGAIN;
	return -1;
}

// While others replace the file, its turn will come.
static bool may_wait(struct lock *lock)
{
	struct stat now;
	if (errno != EAGAIN)
		return false;
	if (stat(lock->path, &now) == 0 && (now.st_ino != lock->file.st_ino || now.st_size != lock->file.st_size)) {
		lock->attempts = 0;
		lock->file = now;
	}
	errno = ETIMEDOUT;
	return lock->attempts++ < ATTEMPTS;
}

// Does not wait in flock(2), since a process may be stopped while it holds the lock, or be none that adds. All signals
// are blocked while it is held: a handler could jump out, or look up a name and wait for it. False with errno.
static bool take(struct lock *lock)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	sigset_t all;
	sigfillset(&all);
	for (;;) {
		pthread_sigmask(SIG_BLOCK, &all, &lock->signals);
		lock->descriptor = try_lock(lock->path);
		if (lock->descriptor >= 0)
			return true;
		const bool is_waiting = may_wait(lock);
		pthread_sigmask(SIG_SETMASK, &lock->signals, NULL);
		if (!is_waiting)
			return false;
		nanosleep(&pause, NULL);
	}
}

static void release(const struct lock *lock)
{
	const int error = errno;
	close_locked(lock->descriptor);
	pthread_sigmask(SIG_SETMASK, &lock->signals, NULL);
	errno = error;
}

// ---- the new version ----

// Its name, which only the holder of the lock uses. Allocated; NULL with errno.
static char *new_path(const char *path, const struct stat *file)
{
	char text[64];
	struct strbuf out = {.bytes = text, .size = sizeof(text)};
	strbuf_add(&out, NEW_NAME);
	strbuf_add_number(&out, file->st_ino);
	return in_same_directory(path, strbuf_end(&out));
}

// A process that was killed left a part of a recording, or nothing yet; any other file is not ours.
static bool is_left(const char *name)
{
	const size_t head = strlen(recording_head);
	struct stat status;
	char *bytes = NULL;
	size_t size = 0;
	if (lstat(name, &status) != 0 || !S_ISREG(status.st_mode) ||
		file_read(name, RECORDING_FILE_MAX, &bytes, &size) != 0)
		return false;
	const bool is_ours = size == 0 || (size >= head && memcmp(bytes, recording_head, head) == 0);
	free(bytes);
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

static bool write_new(const char *name, const char *path, const struct stat *old, const struct recording_lines *lines)
{
	size_t size = 0;
	char *text = recording_lines_write(lines, &size);
	const int descriptor = text ? create(name) : -1;
	bool is_done = false;
	if (descriptor >= 0) {
		is_done = take_over(descriptor, old) && write_whole(descriptor, text, size) && rename(name, path) == 0;
		file_close(descriptor);
	}
	if (descriptor >= 0 && !is_done) {
		const int error = errno;
		unlink(name);
		errno = error;
	}
	free(text);
	return is_done;
}

static bool replace(const struct lock *lock, const struct recording_lines *lines)
{
	struct stat old;
	if (fstat(lock->descriptor, &old) != 0)
		return false;
	if (!S_ISREG(old.st_mode)) {
		errno = EINVAL;
		return false;
	}
	char *name = new_path(lock->path, &old);
	const bool is_done = name && write_new(name, lock->path, &old, lines);
	free(name);
	return is_done;
}

static bool merge(const struct lock *lock, const struct recording_text *answers, size_t count)
{
	struct recording_lines lines = {0};
	char *bytes = NULL;
	size_t size = 0;
	unsigned wrong;
	bool is_changed = false;
	bool is_done = file_read(lock->path, RECORDING_FILE_MAX, &bytes, &size) == 0 &&
		recording_lines_read(&lines, bytes, size, &wrong);
	for (size_t i = 0; is_done && i < count; i++)
		is_done = recording_lines_add(&lines, answers[i].bytes, answers[i].used, &is_changed);
	is_done = is_done && (!is_changed || replace(lock, &lines));
	recording_lines_clear(&lines);
	free(bytes);
	return is_done;
}

bool recording_file_add(const char *path, const struct recording_text *answers, size_t count)
{
	char *name = follow_links(path);
	struct lock lock = {.path = name};
	bool is_done = false;
	if (name && take(&lock)) {
		is_done = merge(&lock, answers, count);
		release(&lock);
	}
	free(name);
	return is_done;
}
