// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/base/clock.h"
#include "config/base/kernel.h"
#include "config/base/vdso.h"
#include "config/sync/futex.h"

static int64_t nanoseconds(const struct timespec *time)
{
	return time->tv_sec * INT64_C(1000000000) + time->tv_nsec;
}

static void each_clock_reads_as_libc_reads_it(void **state)
{
	(void)state;
	static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME};
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		struct timespec before, now, after;
		errno = EXDEV;
		clock_gettime(clocks[i], &before);
		clock_get(clocks[i], &now);
		clock_gettime(clocks[i], &after);
		assert_true(nanoseconds(&before) <= nanoseconds(&now) && nanoseconds(&now) <= nanoseconds(&after));
		assert_in_range(now.tv_nsec, 0, 999999999);
		assert_int_equal(errno, EXDEV);
	}
}

static void the_kernels_own_code_is_found_where_there_is_any(void **state)
{
	(void)state;
	assert_null(vdso_find("no such function"));
#ifdef __x86_64__
	if (getauxval(AT_SYSINFO_EHDR))
		assert_non_null(vdso_find("__vdso_clock_gettime"));
#endif
}

static void a_wait_ends_in_time_and_not_before(void **state)
{
	(void)state;
	unsigned word = 0;
	int64_t begun = clock_now();
	assert_int_equal(kernel_poll(NULL, 0, 20), 0);
	assert_true(clock_now() - begun >= 20000);
	begun = clock_now();
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_PRIVATE, 0, 20000), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_true(clock_now() - begun >= 20000);
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, clock_now() - 1), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(kernel_futex(&word, FUTEX_WAIT_PRIVATE, 1, 20000), -1);
	assert_int_equal(errno, EAGAIN);
}

// Runs in the calling process.
static bool refuse_futex(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

static void a_wait_that_the_kernel_refuses_takes_some_time_all_the_same(void **state)
{
	(void)state;
	int status;
	const pid_t child = fork();
	if (child == 0) {
		atomic_uint word = 0;
		if (!refuse_futex())
			_exit(0);
		const int64_t begun = clock_now();
		futex_wait(&word, 0, INT64_C(60000000));
		_exit(clock_now() - begun >= FUTEX_REFUSED_PAUSE ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_clock_reads_as_libc_reads_it),
		cmocka_unit_test(the_kernels_own_code_is_found_where_there_is_any),
		cmocka_unit_test(a_wait_ends_in_time_and_not_before),
		cmocka_unit_test(a_wait_that_the_kernel_refuses_takes_some_time_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
