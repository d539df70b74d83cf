// SPDX-License-Identifier: MIT
#include "shim/thread.h"

#include <errno.h>
#include <pthread.h>

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

int thread_start(size_t stack_size, void *(*run)(void *argument), void *argument)
{
	int error = start_detached(stack_size, run, argument);
	// Thread-local storage is part of the stack and did not fit: use the default size.
	return stack_size && error == EINVAL ? start_detached(0, run, argument) : error;
}
