// SPDX-License-Identifier: MIT
#include "shim/gai_notify.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim/thread.h"

// sigqueue(3) would set si_code to SI_QUEUE.
static void send_signal(const struct sigevent *event)
{
	siginfo_t info = {.si_signo = event->sigev_signo, .si_code = SI_ASYNCNL};
	info.si_pid = getpid();
	info.si_uid = getuid();
	info.si_value = event->sigev_value;
	syscall(SYS_rt_sigqueueinfo, info.si_pid, info.si_signo, &info);
}

struct callback {
	void (*function)(union sigval value);
	union sigval value;
};

static void *call_back(void *argument)
{
	struct callback callback = *(struct callback *)argument;
	sigset_t none;
	free(argument);
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, NULL);
	callback.function(callback.value);
	return NULL;
}

static void start_thread(const struct sigevent *event)
{
	struct callback *callback = malloc(sizeof(*callback));
	pthread_t thread;
	if (!callback)
		return;
	*callback = (struct callback){event->sigev_notify_function, event->sigev_value};
	int error = event->sigev_notify_attributes
		? pthread_create(&thread, event->sigev_notify_attributes, call_back, callback)
		: thread_start(0, call_back, callback);
	if (error)
		free(callback);
}

void gai_notify(const struct sigevent *event)
{
	int saved = errno;
	if (event->sigev_notify == SIGEV_SIGNAL)
		send_signal(event);
	else if (event->sigev_notify == SIGEV_THREAD)
		start_thread(event);
	errno = saved;
}
