// SPDX-License-Identifier: MIT
#include "shim/monitor.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config/base/kernel.h"
#include "config/sync/futex.h"

// A mapping with MADV_WIPEONFORK, so that a child inherits neither a locked mutex nor a half-changed list. On kernels
// before Linux 4.14, which lack it, the process id identifies the owner.
void *monitor_open(size_t size)
{
	struct monitor *monitor = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (monitor == MAP_FAILED)
		return NULL;
	int saved = errno;
	madvise(monitor, size, MADV_WIPEONFORK);
	errno = saved;
	pthread_mutex_init(&monitor->mutex, NULL);
	atomic_init(&monitor->changes, 1);
	monitor->owner = getpid();
	return monitor;
}

void monitor_close(struct monitor *monitor, size_t size)
{
	munmap(monitor, size);
}

bool monitor_is_own(const struct monitor *monitor)
{
	return monitor->owner == getpid();
}

void monitor_lock(struct monitor *monitor, sigset_t *signals)
{
	sigset_t all;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, signals);
	pthread_mutex_lock(&monitor->mutex);
}

void monitor_unlock(struct monitor *monitor, const sigset_t *signals)
{
	pthread_mutex_unlock(&monitor->mutex);
	pthread_sigmask(SIG_SETMASK, signals, NULL);
}

// Not a condition variable, because a signal cannot interrupt pthread_cond_wait.
int monitor_wait(struct monitor *monitor, sigset_t *signals, int64_t deadline)
{
	unsigned seen = atomic_load(&monitor->changes);
	int error = 0, saved = errno;
	monitor_unlock(monitor, signals);
	if (kernel_futex(&monitor->changes, FUTEX_WAIT_BITSET_PRIVATE, seen, deadline) != 0)
		error = errno;
	monitor_lock(monitor, signals);
	errno = saved;
	if (!monitor_is_own(monitor))
		return ECHILD;
	return error == EAGAIN ? 0 : error;
}

void monitor_wake(struct monitor *monitor)
{
	if (atomic_fetch_add(&monitor->changes, 1) == UINT_MAX)
		atomic_store(&monitor->changes, 1);
	futex_wake(&monitor->changes);
}
