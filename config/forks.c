// SPDX-License-Identifier: MIT
#include "config/forks.h"

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

void forks_watch(void)
{
	static atomic_flag is_watching = ATOMIC_FLAG_INIT;
	if (__register_atfork && !atomic_flag_test_and_set(&is_watching))
		__register_atfork(NULL, NULL, count, &__dso_handle);
}

unsigned forks_count(void)
{
	return forks;
}
