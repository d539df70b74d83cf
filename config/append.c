// SPDX-License-Identifier: MIT
#include "config/append.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

// O_NONBLOCK: a FIFO that nobody reads must not hold the program up.
int append_open(const char *path, int extra_flags)
{
	const int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	return open(path, flags | extra_flags, 0666);
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

// A pipe without a reader would raise SIGPIPE, a full quota of RLIMIT_FSIZE SIGXFSZ: these are held back in this thread
// and taken away unless they were pending before, when they are the program's.
ssize_t append_write(int descriptor, const char *bytes, size_t size)
{
	sigset_t held, pending, before;
	sigemptyset(&held);
	sigaddset(&held, SIGPIPE);
	sigaddset(&held, SIGXFSZ);
	sigemptyset(&pending);
	sigpending(&pending);
	const int refused = pthread_sigmask(SIG_BLOCK, &held, &before);
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
