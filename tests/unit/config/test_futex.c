// SPDX-License-Identifier: MIT
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/sync/futex.h"
#include "tests/unit/unit.h"

// Runs in the calling process.
static bool refuse_futex(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = {LENGTH(filter), filter};
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
		cmocka_unit_test(a_wait_that_the_kernel_refuses_takes_some_time_all_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
