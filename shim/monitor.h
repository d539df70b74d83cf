// SPDX-License-Identifier: MIT
// A mutex with a condition, like pthread_mutex and pthread_cond, that is fork-safe and whose wait a signal interrupts.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The first member of the struct that it protects.
struct monitor {
	pid_t owner;
	pthread_mutex_t mutex;
	atomic_uint changes;  // futex word; never 0 in the owner, 0 in a child of fork
};

// Returns size bytes, zero after the monitor at their start; NULL if out of memory. A child of fork or clone sees the
// whole block as zeros; there monitor_is_own is false and the caller must open another.
void *monitor_open(size_t size);
void monitor_close(struct monitor *monitor, size_t size);
bool monitor_is_own(const struct monitor *monitor);

// Lock and unlock. All signals are blocked in between, because a signal handler might need the lock too; *signals keeps
// the previous mask.
void monitor_lock(struct monitor *monitor, sigset_t *signals);
void monitor_unlock(struct monitor *monitor, const sigset_t *signals);

// Releases the lock, waits for monitor_wake until deadline (microseconds of CLOCK_MONOTONIC; negative: none), takes the
// lock again. Returns 0, possibly spuriously; EINTR, as futex(2); ETIMEDOUT; ECHILD in a child that a signal handler
// forked during the wait, which no thread would wake. Keeps errno. Cancellation must be disabled.
int monitor_wait(struct monitor *monitor, sigset_t *signals, int64_t deadline);

// Wakes all waiters. The caller holds the lock. Keeps errno.
void monitor_wake(struct monitor *monitor);
