// SPDX-License-Identifier: MIT
#include "config/base/kernel.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/types.h>
#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIGNAL_SET_SIZE (_NSIG / 8)

#if defined __x86_64__ && defined __LP64__
static long call(long number, long one, long two, long three, long four, long five, long six)
{
	register long fourth __asm__("r10") = four;
	register long fifth __asm__("r8") = five;
	register long sixth __asm__("r9") = six;
	long result;
	__asm__ volatile("syscall"
					 : "=a"(result)
					 : "a"(number), "D"(one), "S"(two), "d"(three), "r"(fourth), "r"(fifth), "r"(sixth)
					 : "rcx", "r11", "memory");
	return result;
}
#elif defined __aarch64__ && defined __LP64__
static long call(long number, long one, long two, long three, long four, long five, long six)
{
	register long eighth __asm__("x8") = number;
	register long result __asm__("x0") = one;
	register long second __asm__("x1") = two;
	register long third __asm__("x2") = three;
	register long fourth __asm__("x3") = four;
	register long fifth __asm__("x4") = five;
	register long sixth __asm__("x5") = six;
	__asm__ volatile("svc 0"
					 : "+r"(result)
					 : "r"(eighth), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
					 : "memory", "cc");
	return result;
}
#else
static long call(long number, long one, long two, long three, long four, long five, long six)
{
	const int saved = errno;
	long result = syscall(number, one, two, three, four, five, six);
	if (result == -1)
		result = -errno;
	errno = saved;
	return result;
}
#endif

long kernel_call(long number, long one, long two, long three, long four, long five, long six)
{
	const long result = call(number, one, two, three, four, five, six);
	if (result >= 0 || result < -4095)
		return result;
	errno = (int)-result;
	return -1;
}

// The kernel's timespec: two words in the original system calls, 64-bit fields in the _time64 ones.
#if defined SYS_poll
int kernel_poll(struct pollfd *polled, nfds_t count, int milliseconds)
{
	return (int)kernel_call(SYS_poll, (long)polled, (long)count, milliseconds, 0, 0, 0);
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
	return (int)kernel_call(PPOLL, (long)polled, (long)count, milliseconds < 0 ? 0 : (long)time, 0, SIGNAL_SET_SIZE, 0);
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
	return kernel_call(
		FUTEX, (long)word, operation, (long)value, microseconds < 0 ? 0 : (long)time, 0, (long)FUTEX_BITSET_MATCH_ANY);
}
