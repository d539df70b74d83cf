// SPDX-License-Identifier: MIT
#include "config/base/append.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

// O_NONBLOCK: opening a FIFO without a reader must not block the program.
int append_open(const char *path, int create)
{
	const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	return open(path, flags | create, 0666);
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
