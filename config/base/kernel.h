// SPDX-License-Identifier: MIT
// System calls made without libc: other preloaded libraries (libfaketime) replace libc's functions and fake the time,
// so that timeouts would be wrong. The caller must have disabled thread cancellation.
#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// syscall(2) with all arguments; those that the call does not have are ignored. -1 with errno.
#define KERNEL_ARGUMENTS 6
long kernel_call(long number, const long arguments[KERNEL_ARGUMENTS]);

// connect(2) and sendmmsg(2) of the preloaded library, with the flags MSG_NOSIGNAL and MSG_DONTWAIT. Where the
// kernel ignores a sixth argument it is KERNEL_MARK, by which the supervisor of withdns --reach knows these calls.
#define KERNEL_MARK 0x77646e73
struct mmsghdr;
struct sockaddr;
int kernel_connect(int descriptor, const struct sockaddr *address, unsigned length);
int kernel_sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count);

// recv(2), without the preparations that libc makes for a thread that may be cancelled.
ssize_t kernel_recv(int descriptor, void *buffer, size_t size, int flags);

// poll(2).
int kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds);

// futex(2). The timeout is in microseconds: relative for FUTEX_WAIT, a time of CLOCK_MONOTONIC for FUTEX_WAIT_BITSET;
// negative: none. -1 with errno.
long kernel_futex(void *word, int operation, unsigned value, int64_t microseconds);
