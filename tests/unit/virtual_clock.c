// SPDX-License-Identifier: MIT
#include "tests/unit/virtual_clock.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "resolver/source/upstream/transport.h"

#define POLLED_MAX 64
// Real microseconds: how long a waiting thread sleeps at a time, and how long all must have been waiting before time
// passes. A packet that the kernel is late with (a softirq put off) arrives meanwhile.
#define NAP 1000
#define QUIET 500

void __real_clock_get(clockid_t clock, struct timespec *out);
bool __real_channel_block(struct channel *channel, int milliseconds);
int __real_kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds);
long __real_kernel_futex(void *word, int operation, unsigned value, int64_t microseconds);
int __real_epoll_wait(int descriptor, struct epoll_event *events, int count, int milliseconds);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int __real_pthread_join(pthread_t thread, void **result);
void __wrap_clock_get(clockid_t clock, struct timespec *out);
int64_t __wrap_clock_read(clockid_t clock);
bool __wrap_channel_block(struct channel *channel, int milliseconds);
int __wrap_kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds);
long __wrap_kernel_futex(void *word, int operation, unsigned value, int64_t microseconds);
int __wrap_epoll_wait(int descriptor, struct epoll_event *events, int count, int milliseconds);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument);
int __wrap_pthread_join(pthread_t thread, void **result);

// A thread that waits for descriptors, or for a word to change, or for the time alone.
struct waiter {
	struct waiter *next;
	int64_t until;  // of `passed`; INT64_MAX: no end
	struct pollfd *polled;
	nfds_t count;
	atomic_uint *word;  // NULL: none
	unsigned seen;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_started;
static _Atomic int64_t passed;                     // virtual microseconds since the first start
static struct timespec begun[CLOCK_BOOTTIME + 1];  // what each clock said at the last start, ahead included
static int64_t passed_before;                      // and what had passed
static int64_t ahead;                              // while it is stopped: of the real clocks that are never set back
static struct waiter *waiters;
static unsigned waiting_count, thread_count = 1;  // those that wait in pthread_join do not count
static int64_t changed;                           // the real time at which a thread last began or ended to wait

static int64_t microseconds_of(const struct timespec *time)
{
	return time->tv_sec * INT64_C(1000000) + time->tv_nsec / 1000;
}

static int64_t real_now(void)
{
	struct timespec now;
	__real_clock_get(CLOCK_MONOTONIC, &now);
	return microseconds_of(&now);
}

static void move(struct timespec *time, int64_t microseconds)
{
	const int64_t nanoseconds = time->tv_nsec + microseconds % 1000000 * 1000 + 1000000000;
	time->tv_sec += (time_t)(microseconds / 1000000 + nanoseconds / 1000000000 - 1);
	time->tv_nsec = (long)(nanoseconds % 1000000000);
}

static bool is_processor_time(clockid_t clock)
{
	return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}

// Each look takes a microsecond, so that nothing takes no time at all. Files have the real time of day, which goes on.
void __wrap_clock_get(clockid_t clock, struct timespec *out)
{
	__real_clock_get(clock, out);
	if (is_processor_time(clock))
		return;
	if (clock == CLOCK_REALTIME) {
		move(out, atomic_load(&passed));
	} else if (atomic_load(&is_started)) {
		*out = begun[clock];
		move(out, atomic_fetch_add(&passed, 1) - passed_before);
	} else {
		move(out, ahead);
	}
}

int64_t __wrap_clock_read(clockid_t clock)
{
	struct timespec now;
	__wrap_clock_get(clock, &now);
	return clock_microseconds(&now);
}

static void forget_other_threads(void)
{
	waiters = NULL;
	waiting_count = 0;
	thread_count = 1;
	virtual_clock_stop();
	pthread_mutex_unlock(&lock);
}

static void lock_before_fork(void)
{
	pthread_mutex_lock(&lock);
}

static void unlock_after_fork(void)
{
	pthread_mutex_unlock(&lock);
}

void virtual_clock_start(void)
{
	static bool is_known;
	if (!is_known)
		pthread_atfork(lock_before_fork, unlock_after_fork, forget_other_threads);
	is_known = true;
	for (clockid_t clock = 0; clock <= CLOCK_BOOTTIME; clock++)
		__wrap_clock_get(clock, &begun[clock]);
	passed_before = atomic_load(&passed);
	atomic_store(&is_started, true);
}

void virtual_clock_stop(void)
{
	if (!atomic_load(&is_started))
		return;
	ahead = microseconds_of(&begun[CLOCK_MONOTONIC]) + atomic_load(&passed) - passed_before - real_now();
	atomic_store(&is_started, false);
}

static bool is_due(const struct waiter *waiter)
{
	return waiter->until <= atomic_load(&passed);
}

// On a copy: the thread itself may be polling.
static bool is_ready(const struct waiter *waiter)
{
	struct pollfd polled[POLLED_MAX];
	if (waiter->word && atomic_load(waiter->word) != waiter->seen)
		return true;
	if (waiter->count > POLLED_MAX)
		abort();
	if (waiter->count > 0)
		memcpy(polled, waiter->polled, waiter->count * sizeof *polled);
	return waiter->count > 0 && __real_kernel_poll(polled, waiter->count, 0) != 0;
}

// Under the lock. A thread that has been woken and does not run yet is at work.
static bool all_are_waiting(void)
{
	if (waiting_count < thread_count || real_now() - changed < QUIET)
		return false;
	for (const struct waiter *waiter = waiters; waiter; waiter = waiter->next)
		if (is_due(waiter) || is_ready(waiter))
			return false;
	return true;
}

static void pass_time(void)
{
	int64_t next = INT64_MAX;
	for (const struct waiter *waiter = waiters; waiter; waiter = waiter->next)
		next = clock_least(next, waiter->until);
	if (next != INT64_MAX)
		atomic_store(&passed, next);
}

static void enter(struct waiter *waiter)
{
	waiter->next = waiters;
	waiters = waiter;
	waiting_count++;
	changed = real_now();
}

static void leave(const struct waiter *waiter)
{
	struct waiter **at = &waiters;
	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	waiting_count--;
	changed = real_now();
}

// Less than 0 where a signal came.
static int nap(struct waiter *waiter)
{
	if (waiter->word)
		return __real_kernel_futex(waiter->word, FUTEX_WAIT_PRIVATE, waiter->seen, NAP) < 0 && errno == EINTR ? -1 : 0;
	return __real_kernel_poll(waiter->polled, waiter->count, NAP / 1000);
}

// What the nap ended with, that is what poll(2) returns: 0 when the time was over.
static int wait_for(struct waiter *waiter)
{
	int result = 0;
	pthread_mutex_lock(&lock);
	enter(waiter);
	while (result == 0 && !is_due(waiter) && !(waiter->word && is_ready(waiter))) {
		pthread_mutex_unlock(&lock);
		result = nap(waiter);
		pthread_mutex_lock(&lock);
		if (result == 0 && all_are_waiting())
			pass_time();
	}
	leave(waiter);
	pthread_mutex_unlock(&lock);
	return result;
}

static int64_t end_of(int64_t microseconds)
{
	return microseconds < 0 ? INT64_MAX : atomic_load(&passed) + microseconds;
}

int __wrap_kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
	struct waiter waiter = {.until = end_of(milliseconds * INT64_C(1000)), .polled = polled, .count = count};
	const int result = atomic_load(&is_started) ? __real_kernel_poll(polled, count, 0) : 0;
	if (result != 0)
		return result;
	return atomic_load(&is_started) ? wait_for(&waiter) : __real_kernel_poll(polled, count, milliseconds);
}

// The kernel's own time limit is a real one: virtual time passes in poll(2) only.
bool __wrap_channel_block(struct channel *channel, int milliseconds)
{
	return !atomic_load(&is_started) && __real_channel_block(channel, milliseconds);
}

int __wrap_epoll_wait(int descriptor, struct epoll_event *events, int count, int milliseconds)
{
	struct pollfd polled = {.fd = descriptor, .events = POLLIN};
	if (!atomic_load(&is_started))
		return __real_epoll_wait(descriptor, events, count, milliseconds);
	const int result = __wrap_kernel_poll(&polled, 1, milliseconds);
	return result > 0 ? __real_epoll_wait(descriptor, events, count, 0) : result;
}

long __wrap_kernel_futex(void *word, int operation, unsigned value, int64_t microseconds)
{
	struct waiter waiter = {.until = end_of(microseconds), .word = word, .seen = value};
	if (!atomic_load(&is_started) || operation != FUTEX_WAIT_PRIVATE)
		return __real_kernel_futex(word, operation, value, microseconds);
	const int result = wait_for(&waiter);
	if (result == 0 && !is_ready(&waiter))
		errno = ETIMEDOUT;
	return result < 0 || !is_ready(&waiter) ? -1 : 0;
}

static void count_threads(int change)
{
	pthread_mutex_lock(&lock);
	thread_count += (unsigned)change;
	changed = real_now();
	pthread_mutex_unlock(&lock);
}

struct start {
	void *(*run)(void *);
	void *argument;
};

static void end_thread(void *start)
{
	free(start);
	count_threads(-1);
}

static void *run_thread(void *context)
{
	const struct start *start = context;
	void *result;
	pthread_cleanup_push(end_thread, context);
	result = start->run(start->argument);
	pthread_cleanup_pop(1);
	return result;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
	struct start *start = malloc(sizeof *start);
	if (!start)
		return EAGAIN;
	*start = (struct start){run, argument};
	count_threads(1);
	const int error = __real_pthread_create(thread, attributes, run_thread, start);
	if (error)
		end_thread(start);
	return error;
}

int __wrap_pthread_join(pthread_t thread, void **result)
{
	count_threads(-1);
	const int error = __real_pthread_join(thread, result);
	count_threads(1);
	return error;
}
