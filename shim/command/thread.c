// SPDX-License-Identifier: MIT
#include "shim/command/thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

bool thread_start(void *(*run)(void *argument), void *argument)
{
	pthread_t thread;
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	errno = pthread_create(&thread, NULL, run, argument);
	const bool is_started = errno == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (is_started)
		pthread_detach(thread);
	return is_started;
}
