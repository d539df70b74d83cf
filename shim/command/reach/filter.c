// SPDX-License-Identifier: MIT
#include "shim/command/reach/filter.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/array.h"
#include "config/base/file.h"
#include "config/base/kernel.h"
#include "config/base/older_headers.h"
#include "shim/command/reach/arch.h"
#include "shim/command/reach/opening.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // Linux 5.19
#endif

// The instructions of the BPF machine. NUMBER is loaded before and after each macro for a call.
#define NUMBER offsetof(struct seccomp_data, nr)
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + 8 * (index))
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(offset))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FAIL(error) RETURN(SECCOMP_RET_ERRNO | ((error)&SECCOMP_RET_DATA))
// Skips so many instructions unless the loaded value is this one.
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count)
#define SKIP_IF(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, count, 0)
#define SKIP_UNLESS_ANY(bits, count) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, count)
#define SKIP_IF_ANY(bits, count) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, count, 0)
#define MASK(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, bits)
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define REPORT RETURN(SECCOMP_RET_USER_NOTIF)

#define REFUSE(call, error) SKIP_UNLESS(call, 1), FAIL(error)
#define REFUSE_OTHER(call) REFUSE(call, EPERM)
// A call that the mark keeps from being reported.
#define REPORT_UNMARKED(call) SKIP_UNLESS(call, 4), LOAD(ARGUMENT(5)), SKIP_UNLESS(KERNEL_MARK, 1), ALLOW, REPORT
#define REPORT_OPEN(call, flags)                                                                             \
	SKIP_UNLESS(call, 6), LOAD(ARGUMENT(flags)), SKIP_IF_ANY(OPENING_OTHER_FLAGS, 2), MASK(FILE_READ_FLAGS), \
		SKIP_UNLESS(FILE_READ_FLAGS, 1), ALLOW, REPORT

// What a program of the other architecture may not do.
#define OTHER_CALLS LOAD(NUMBER), ARCH_OTHER_CALLS(REFUSE_OTHER), ALLOW
#define OTHER_CALLS_COUNT (sizeof((struct sock_filter[]){OTHER_CALLS}) / sizeof(struct sock_filter))

// sendto(2) without an address is send(2). A ring may have been made before.
static const struct sock_filter calls[] = {
	LOAD(offsetof(struct seccomp_data, arch)),
	SKIP_UNLESS(ARCH_OTHER, OTHER_CALLS_COUNT),
	OTHER_CALLS,
	SKIP_IF(ARCH_NATIVE, 1),
	FAIL(ENOSYS),
	LOAD(NUMBER),
	SKIP_UNLESS_ANY(ARCH_X32_BIT, 1),
	FAIL(ENOSYS),
	REPORT_UNMARKED(SYS_connect),
	REPORT_UNMARKED(SYS_sendmmsg),
	SKIP_UNLESS(SYS_sendto, 6),
	LOAD(ARGUMENT(4)),
	SKIP_UNLESS(0, 3),
	LOAD(ARGUMENT(4) + 4),
	SKIP_UNLESS(0, 1),
	ALLOW,
	REPORT,
	SKIP_UNLESS(SYS_sendmsg, 1),
	REPORT,
	REFUSE(SYS_io_uring_setup, ENOSYS),
	REFUSE(SYS_io_uring_enter, ENOSYS),
	REFUSE(SYS_io_uring_register, ENOSYS),
};

// openat2(2) has its flags in memory.
static const struct sock_filter open_calls[] = {
	REPORT_OPEN(SYS_openat, 2),
	REPORT_OPEN((uint32_t)SYS_open, 1),
	SKIP_UNLESS(SYS_openat2, 1),
	REPORT,
};

static const struct sock_filter end = ALLOW;

static int install(const struct sock_fprog *program, unsigned long flags)
{
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

// SPEC_ALLOW: before Linux 5.16 a filter slows the program down by mitigations that only a sandbox needs.
int filter_install(bool opens)
{
	struct sock_filter code[ARRAY_LENGTH(calls) + ARRAY_LENGTH(open_calls) + 1];
	size_t count = ARRAY_LENGTH(calls);
	unsigned long flags =
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	memcpy(code, calls, sizeof(calls));
	memcpy(code + count, open_calls, sizeof(open_calls));
	count += opens ? ARRAY_LENGTH(open_calls) : 0;
	code[count++] = end;
	const struct sock_fprog program = {(unsigned short)count, code};
	int descriptor = install(&program, flags);
	if (descriptor < 0 && errno == EINVAL) {
		flags &= ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
		descriptor = install(&program, flags);
	}
	if (descriptor < 0 && errno == EACCES && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
		descriptor = install(&program, flags);
	return descriptor;
}

bool filter_needs_no_new_privileges(void)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 &&
		(syscall(SYS_capget, &header, data) != 0 ||
			(data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) == 0);
}
