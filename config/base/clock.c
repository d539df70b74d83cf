// SPDX-License-Identifier: MIT
#include "config/base/clock.h"

#include <errno.h>
#include <linux/types.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "config/base/kernel.h"
#include "config/base/vdso.h"

typedef int reader(clockid_t clock, struct timespec *out);

#ifdef __LP64__
static int read_by_call(clockid_t clock, struct timespec *out)
{
	return (int)kernel_call(SYS_clock_gettime, (const long[KERNEL_ARGUMENTS]){clock, (long)out});
}

// The vDSO of powerpc has a different calling convention.
static reader *find_reader(void)
{
	void *found = NULL;
#ifndef __powerpc__
	found = vdso_find("__vdso_clock_gettime");
	if (!found)
		found = vdso_find("__kernel_clock_gettime");
#endif
	return found ? (reader *)found : read_by_call;
}
#else
// On 32-bit machines libc's struct timespec may have 32-bit times, and old kernels lack clock_gettime64.
static int read_by_call(clockid_t clock, struct timespec *out)
{
	__kernel_long_t words[2] = {0};
	const int saved = errno;
#ifdef SYS_clock_gettime64
	int64_t times[2];
	if (kernel_call(SYS_clock_gettime64, (const long[KERNEL_ARGUMENTS]){clock, (long)times}) == 0) {
		*out = (struct timespec){.tv_sec = (time_t)times[0], .tv_nsec = (long)times[1]};
		return 0;
	}
#endif
#ifdef SYS_clock_gettime
	kernel_call(SYS_clock_gettime, (const long[KERNEL_ARGUMENTS]){clock, (long)words});
#endif
	errno = saved;
	*out = (struct timespec){.tv_sec = (time_t)words[0], .tv_nsec = (long)words[1]};
	return 0;
}

static int (*newer)(clockid_t clock, int64_t times[2]);

static int read_newer(clockid_t clock, struct timespec *out)
{
	int64_t times[2];
	if (newer(clock, times) != 0)
		return -1;
	*out = (struct timespec){.tv_sec = (time_t)times[0], .tv_nsec = (long)times[1]};
	return 0;
}

static reader *find_reader(void)
{
	newer = (int (*)(clockid_t, int64_t *))vdso_find("__vdso_clock_gettime64");
	return newer ? read_newer : read_by_call;
}
#endif

int64_t clock_now_by_call(void)
{
	struct timespec now = {0};
	read_by_call(CLOCK_MONOTONIC, &now);
	return clock_microseconds(&now);
}

// All threads find the same function, so the race is harmless.
void clock_get(clockid_t clock, struct timespec *out)
{
	static _Atomic(reader *) known;
	reader *read = atomic_load_explicit(&known, memory_order_acquire);
	if (!read) {
		read = find_reader();
		atomic_store_explicit(&known, read, memory_order_release);
	}
	if (read(clock, out) != 0)
		read_by_call(clock, out);
}

int64_t clock_read(clockid_t clock)
{
	struct timespec now;
	clock_get(clock, &now);
	return clock_microseconds(&now);
}
