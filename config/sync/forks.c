// SPDX-License-Identifier: MIT
#include "config/sync/forks.h"

#include <stdatomic.h>
#include <stddef.h>

// glibc implements pthread_atfork(3) with it. Weak, because programs with musl, which lacks it, must start too.
extern int __register_atfork(void (*)(void), void (*)(void), void (*)(void), void *) __attribute__((weak));
extern void *__dso_handle;

static atomic_uint forks;

static void count(void)
{
	forks++;
}

// Registered first, because a fork that is already in progress would not be counted.
__attribute__((constructor(101))) static void watch(void)
{
	if (__register_atfork)
		__register_atfork(NULL, NULL, count, &__dso_handle);
}

unsigned forks_count(void)
{
	return forks;
}
