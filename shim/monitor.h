// SPDX-License-Identifier: MIT
// A lock, and waiting for changes of what it guards, that a fork cannot leave held and a signal can interrupt.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

// Stands at the beginning of what it guards.
struct monitor {
	pid_t owner;
	pthread_mutex_t mutex;
	atomic_uint changes;  // futex; never 0, which is what a child of fork sees
};

// Returns size bytes, zero but for the monitor in front; NULL without memory. They belong to the process that calls
// this: a child of fork, however it is made, finds them zero, and monitor_is_own says that it needs some of its own.
void *monitor_open(size_t size);
void monitor_close(struct monitor *monitor, size_t size);
bool monitor_is_own(const struct monitor *monitor);

// Between the two the thread takes no signal, whose handler might want the lock too; *signals keeps the mask that it
// had.
void monitor_lock(struct monitor *monitor, sigset_t *signals);
void monitor_unlock(struct monitor *monitor, const sigset_t *signals);

// With the lock, which is given away meanwhile: waits for monitor_tell, until deadline (CLOCK_MONOTONIC; NULL: none).
// Returns 0, perhaps without reason; EINTR, as futex(2) does; ETIMEDOUT; EINVAL for a deadline that is none; ECHILD
// in a child that a signal handler has forked meanwhile, which nobody would ever wake. Keeps errno. Cancellation must
// be disabled.
int monitor_wait(struct monitor *monitor, sigset_t *signals, const struct timespec *deadline);

// With the lock: wakes all that wait. Keeps errno.
void monitor_tell(struct monitor *monitor);
