// SPDX-License-Identifier: MIT
#include "config/sync/forks.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

#define PRIVATE_MAX 16

// glibc implements pthread_atfork(3) with it, in a part of itself that is linked statically. musl lacks it, and has
// pthread_atfork. Both are weak, so that the library can be loaded with either.
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));
extern void *__dso_handle;
extern __typeof__(pthread_atfork) pthread_atfork __attribute__((weak));

static atomic_uint forks;
static atomic_uint begun, ended;               // forks of this process
static atomic_int private_files[PRIVATE_MAX];  // descriptor + 1; 0: free

static void begin(void)
{
	begun++;
}

static void end(void)
{
	ended++;
}

static void enter_child(void)
{
	const int saved = errno;
	forks++;
	ended = begun;
	for (size_t i = 0; i < PRIVATE_MAX; i++)
		if (private_files[i])
			close(atomic_exchange(&private_files[i], 0) - 1);
	errno = saved;
}

// Registered first, because a fork that is already in progress would not be counted.
__attribute__((constructor(101))) static void watch(void)
{
	if (__register_atfork)
		__register_atfork(begin, end, enter_child, &__dso_handle);
	else if (pthread_atfork)
		pthread_atfork(begin, end, enter_child);
}

unsigned forks_count(void)
{
	return forks;
}

static bool exchange(int from, int to)
{
	for (size_t i = 0; i < PRIVATE_MAX; i++)
		if (atomic_compare_exchange_strong(&private_files[i], &(int){from}, to))
			return true;
	return false;
}

// A fork that begins before the descriptor is known may copy it.
int forks_open(const char *path, int flags, mode_t mode)
{
	const unsigned before = ended;
	const int descriptor = begun == before ? open(path, flags, mode) : -1;
	if (descriptor >= 0 && exchange(0, descriptor + 1) && begun == before)
		return descriptor;
	if (descriptor >= 0)
		forks_close(descriptor);
	if (descriptor >= 0 || begun != before)
		errno = EAGAIN;
	return -1;
}

void forks_close(int descriptor)
{
	const int saved = errno;
	exchange(descriptor + 1, 0);
	close(descriptor);
	errno = saved;
}
