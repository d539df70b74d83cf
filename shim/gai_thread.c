// SPDX-License-Identifier: MIT
#include "shim/gai_thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static int start_detached(size_t stack_size, void *(*run)(void *argument), void *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int error = pthread_attr_init(&attributes);
	if (error)
		return error;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	if (stack_size)
		pthread_attr_setstacksize(&attributes, stack_size);
	error = pthread_create(&thread, &attributes, run, argument);
	pthread_attr_destroy(&attributes);
	return error;
}

int gai_thread_start(size_t stack_size, void *(*run)(void *argument), void *argument)
{
	int error = start_detached(stack_size, run, argument);
	// Thread-local storage is part of the stack and did not fit: use the default size.
	return stack_size && error == EINVAL ? start_detached(0, run, argument) : error;
}

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
		: gai_thread_start(0, call_back, callback);
	if (error)
		free(callback);
}

void gai_thread_notify(const struct sigevent *event)
{
	int saved = errno;
	if (event->sigev_notify == SIGEV_SIGNAL)
		send_signal(event);
	else if (event->sigev_notify == SIGEV_THREAD)
		start_thread(event);
	errno = saved;
}
