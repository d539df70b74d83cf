// SPDX-License-Identifier: MIT
#include "config/base/kernel.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/types.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIGNAL_SET_SIZE (_NSIG / 8)

// The arguments are read before registers are named for them: a sanitizer's call between would overwrite these.
#if defined __x86_64__ && defined __LP64__
static long call(long number, const long *arguments)
{
	const long of[] = {arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]};
	register long fourth __asm__("r10") = of[3];
	register long fifth __asm__("r8") = of[4];
	register long sixth __asm__("r9") = of[5];
	long result;
	__asm__ volatile("syscall"
					 : "=a"(result)
					 : "a"(number), "D"(of[0]), "S"(of[1]), "d"(of[2]), "r"(fourth), "r"(fifth), "r"(sixth)
					 : "rcx", "r11", "memory");
	return result;
}
#elif defined __aarch64__ && defined __LP64__
static long call(long number, const long *arguments)
{
	const long of[] = {arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]};
	register long eighth __asm__("x8") = number;
	register long result __asm__("x0") = of[0];
	register long second __asm__("x1") = of[1];
	register long third __asm__("x2") = of[2];
	register long fourth __asm__("x3") = of[3];
	register long fifth __asm__("x4") = of[4];
	register long sixth __asm__("x5") = of[5];
	__asm__ volatile("svc 0"
					 : "+r"(result)
					 : "r"(eighth), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
					 : "memory", "cc");
	return result;
}
#else
static long call(long number, const long *arguments)
{
	const int saved = errno;
	long result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
	if (result == -1)
		result = -errno;
	errno = saved;
	return result;
}
#endif

long kernel_call(long number, const long arguments[KERNEL_ARGUMENTS])
{
	const long result = call(number, arguments);
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

// On a few processors these are no system calls of their own.
int kernel_connect(int descriptor, const struct sockaddr *address, unsigned length)
{
#ifdef SYS_connect
	const long arguments[KERNEL_ARGUMENTS] = {descriptor, (long)address, length, 0, 0, KERNEL_MARK};
	return (int)kernel_call(SYS_connect, arguments);
#else
	return connect(descriptor, address, length);
#endif
}

int kernel_sendmmsg(int descriptor, struct mmsghdr *messages, unsigned count)
{
#ifdef SYS_sendmmsg
	const long arguments[KERNEL_ARGUMENTS] = {
		descriptor, (long)messages, count, MSG_NOSIGNAL | MSG_DONTWAIT, 0, KERNEL_MARK};
	return (int)kernel_call(SYS_sendmmsg, arguments);
#else
	return sendmmsg(descriptor, messages, count, MSG_NOSIGNAL | MSG_DONTWAIT);
#endif
}

ssize_t kernel_recv(int descriptor, void *buffer, size_t size, int flags)
{
#ifdef SYS_recvfrom
	return kernel_call(SYS_recvfrom, (const long[KERNEL_ARGUMENTS]){descriptor, (long)buffer, (long)size, flags, 0, 0});
#else
	return recv(descriptor, buffer, size, flags);
#endif
}

// The kernel's timespec: two words in the original system calls, 64-bit fields in the _time64 ones.
#if defined SYS_poll
int kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
	return (int)kernel_call(SYS_poll, (const long[KERNEL_ARGUMENTS]){(long)polled, (long)count, milliseconds});
}
#else
#ifdef SYS_ppoll
#define PPOLL SYS_ppoll
typedef __kernel_long_t poll_time;
#else
#define PPOLL SYS_ppoll_time64
typedef int64_t poll_time;
#endif
int kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
	poll_time time[2] = {milliseconds / 1000, milliseconds % 1000 * 1000000};
	const long arguments[KERNEL_ARGUMENTS] = {
		(long)polled, (long)count, milliseconds < 0 ? 0 : (long)time, 0, SIGNAL_SET_SIZE};
	return (int)kernel_call(PPOLL, arguments);
}
#endif

#ifdef SYS_futex
#define FUTEX SYS_futex
typedef __kernel_long_t futex_time;
#else
#define FUTEX SYS_futex_time64
typedef int64_t futex_time;
#endif

long kernel_futex(void *word, int operation, unsigned value, int64_t microseconds)
{
	futex_time time[2] = {(futex_time)(microseconds / 1000000), (futex_time)(microseconds % 1000000 * 1000)};
	const long limit = microseconds < 0 ? 0 : (long)time;
	return kernel_call(FUTEX,
		(const long[KERNEL_ARGUMENTS]){(long)word, operation, (long)value, limit, 0, (long)FUTEX_BITSET_MATCH_ANY});
}
