// SPDX-License-Identifier: MIT
// getaddrinfo_a(3), gai_suspend, gai_error, gai_cancel. In glibc none is a cancellation point, although netdb.h says
// that gai_suspend is one.
#include <endian.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/clock.h"
#include "shim/gai_queue.h"
#include "shim/jump.h"

// A section during which cancellation is disabled.
struct section {
	int cancel_state;
	struct jump_guard guard;
};

static void enter(struct section *section)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &section->cancel_state);
	// Nothing to clean up after a jump: requests and groups belong to the queue, whose workers go on.
	jump_guard_set(&section->guard, section->cancel_state, NULL, NULL);
}

static void leave(struct section *section)
{
	jump_guard_clear(&section->guard);
	pthread_setcancelstate(section->cancel_state, NULL);
}

static size_t length_of(int count)
{
	return count > 0 ? (size_t)count : 0;
}

int getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)
{
	static const struct sigevent nothing = {.sigev_notify = SIGEV_NONE};
	struct section section;
	if (mode != GAI_WAIT && mode != GAI_NOWAIT) {
		errno = EINVAL;
		return EAI_SYSTEM;
	}
	enter(&section);
	int code = gai_queue_add(list, length_of(count), mode == GAI_WAIT ? NULL : event ? event : &nothing);
	leave(&section);
	return code;
}

// struct timespec of programs whose time_t has 64 bits, on machines of 32 bits too.
struct wide_time {
	int64_t tv_sec;
	int : __BYTE_ORDER == __BIG_ENDIAN && sizeof(long) == 4 ? 32 : 0;
	long tv_nsec;
};

static int64_t deadline_after(const struct wide_time *timeout)
{
	if (timeout->tv_nsec < 0 || timeout->tv_nsec > 999999999)
		return GAI_QUEUE_INVALID;
	if (timeout->tv_sec < 0)
		return 0;
	// Rounded up; the kernel's seconds may have 32 bits.
	return clock_now() + clock_least(timeout->tv_sec, INT32_MAX / 2) * 1000000 + timeout->tv_nsec / 1000 + 1;
}

static int suspend(const struct gaicb *const list[], int count, const struct wide_time *timeout)
{
	const int64_t deadline = timeout ? deadline_after(timeout) : GAI_QUEUE_FOREVER;
	struct section section;
	enter(&section);
	int code = gai_queue_wait(list, length_of(count), deadline);
	leave(&section);
	return code;
}

int gai_suspend(const struct gaicb *const list[], int count, const struct timespec *timeout)
{
	if (timeout == NULL)
		return suspend(list, count, NULL);
	return suspend(list, count, &(struct wide_time){.tv_sec = timeout->tv_sec, .tv_nsec = timeout->tv_nsec});
}

// What <netdb.h> makes of gai_suspend where time_t has 64 bits only if a program wants it so.
int __gai_suspend_time64(const struct gaicb *const list[], int count, const struct wide_time *timeout);
int __gai_suspend_time64(const struct gaicb *const list[], int count, const struct wide_time *timeout)
{
	return suspend(list, count, timeout);
}

int gai_error(struct gaicb *gaicb)
{
	return __atomic_load_n(&gaicb->__return, __ATOMIC_ACQUIRE);
}

int gai_cancel(struct gaicb *gaicb)
{
	struct section section;
	enter(&section);
	int code = gai_queue_cancel(gaicb);
	leave(&section);
	return code;
}
