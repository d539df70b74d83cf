// SPDX-License-Identifier: MIT
#include "config/sync/forks.h"

#include <stdatomic.h>
#include <stddef.h>

// What pthread_atfork(3) is made of in glibc. Weak, because a program of musl must be able to start, where it would not
// be there.
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));
extern void *__dso_handle;

static atomic_uint forks;

static void count(void)
{
	forks++;
}

// At the very beginning: the child of a fork that is going on already would not count.
__attribute__((constructor(101))) static void watch(void)
{
	if (__register_atfork)
		__register_atfork(NULL, NULL, count, &__dso_handle);
}

unsigned forks_count(void)
{
	return forks;
}
