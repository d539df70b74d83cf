// SPDX-License-Identifier: MIT
#include "config/base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/strbuf.h"

// O_NONBLOCK: opening a FIFO without a reader must not block the program.
int append_open(const char *path, int create)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	return open(path, flags | create, 0666);
}

// Opens an unnamed file in the directory of path.
static int open_nameless(const char *path)
{
	char *directory = strndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	if (directory == NULL)
		return -1;
	const int descriptor = open(directory, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
	free(directory);
	return descriptor;
}

// Unprivileged processes name an O_TMPFILE file through /proc (open(2)).
static bool give_name(int descriptor, const char *path)
{
	char nameless[sizeof "/proc/self/fd/" + 10];
	struct strbuf out = {.bytes = nameless, .size = sizeof nameless};
	strbuf_add(&out, "/proc/self/fd/");
	strbuf_add_number(&out, (uint64_t)descriptor);
	return linkat(AT_FDCWD, strbuf_end(&out), AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

// Writes the bytes, gives the file the name (NULL: it has one), and closes it. False with errno.
static bool write_and_close(int descriptor, const char *bytes, size_t size, const char *name)
{
	if (descriptor < 0)
		return false;
	const bool is_made =
		append_write(descriptor, bytes, size) == (ssize_t)size && (name == NULL || give_name(descriptor, name));
	file_close(descriptor);
	return is_made;
}

bool append_make(const char *path, const char *bytes, size_t size)
{
	if (write_and_close(open_nameless(path), bytes, size, path))
		return true;
	return errno != EEXIST && write_and_close(append_open(path, O_CREAT | O_EXCL), bytes, size, NULL);
}

static void take_away(int signal)
{
	const struct timespec at_once = {.tv_sec = 0};
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal);
	while (sigtimedwait(&set, NULL, &at_once) < 0 && errno == EINTR)
		continue;
}

// A pipe without a reader raises SIGPIPE, exceeding RLIMIT_FSIZE raises SIGXFSZ. Both are blocked in this thread and
// then consumed, unless they were pending before, when they belong to the program.
ssize_t append_write(int descriptor, const char *bytes, size_t size)
{
	sigset_t down, pending, before;
	sigemptyset(&down);
	sigaddset(&down, SIGPIPE);
	sigaddset(&down, SIGXFSZ);
	sigemptyset(&pending);
	sigpending(&pending);
	const int refused = pthread_sigmask(SIG_BLOCK, &down, &before);
	if (refused != 0) {
		errno = refused;
		return -1;
	}
	const ssize_t written = write(descriptor, bytes, size);
	const int error = written < 0 ? errno : 0;
	const int raised = error == EPIPE ? SIGPIPE : error == EFBIG ? SIGXFSZ : 0;
	if (raised != 0 && sigismember(&pending, raised) != 1)
		take_away(raised);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return written;
}
