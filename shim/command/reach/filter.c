// SPDX-License-Identifier: MIT
#include "shim/command/reach/filter.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/kernel.h"
#include "config/base/older_headers.h"
#include "shim/command/reach/arch.h"
#include "shim/command/reach/opening.h"

#define INSTRUCTIONS_MAX 80

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)  // Linux 5.19
#endif

// A program for the BPF machine, as it is written.
struct code {
	struct sock_filter instructions[INSTRUCTIONS_MAX];
	unsigned short count;
};

static void add(struct code *code, struct sock_filter instruction)
{
	code->instructions[code->count++] = instruction;
}

static void load(struct code *code, size_t offset)
{
	add(code, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void end_with(struct code *code, uint32_t action)
{
	add(code, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

// Skips so many instructions unless the loaded value is this one.
static void skip_unless(struct code *code, uint32_t value, uint8_t count)
{
	add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count));
}

#define NUMBER offsetof(struct seccomp_data, nr)
#define ARGUMENT(index) (offsetof(struct seccomp_data, args) + 8 * (index))
#define REFUSE(error) (SECCOMP_RET_ERRNO | ((error)&SECCOMP_RET_DATA))

static void refuse(struct code *code, const uint32_t *calls, size_t count, uint32_t error)
{
	for (size_t i = 0; i < count; i++) {
		skip_unless(code, calls[i], 1);
		end_with(code, REFUSE(error));
	}
}

static void refuse_other_architectures(struct code *code)
{
	static const uint32_t calls[] = ARCH_OTHER_CALLS;
	const size_t count = sizeof(calls) / sizeof(*calls);
	load(code, offsetof(struct seccomp_data, arch));
	skip_unless(code, ARCH_OTHER, (uint8_t)(2 * count + 2));
	load(code, NUMBER);
	refuse(code, calls, count, EPERM);
	end_with(code, SECCOMP_RET_ALLOW);
	skip_unless(code, ARCH_NATIVE, 1);
	add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 1, 0, 0));
	end_with(code, REFUSE(ENOSYS));
	load(code, NUMBER);
	if (ARCH_X32_BIT != 0) {
		add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, ARCH_X32_BIT, 0, 1));
		end_with(code, REFUSE(ENOSYS));
	}
}

// A call that the mark keeps from being reported.
static void report_unmarked(struct code *code, uint32_t call)
{
	skip_unless(code, call, 4);
	load(code, ARGUMENT(5));
	skip_unless(code, KERNEL_MARK, 1);
	end_with(code, SECCOMP_RET_ALLOW);
	end_with(code, SECCOMP_RET_USER_NOTIF);
}

// sendto(2) with an address; without one it is send(2).
static void report_sendto(struct code *code)
{
	skip_unless(code, SYS_sendto, 6);
	load(code, ARGUMENT(4));
	add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3));
	load(code, ARGUMENT(4) + 4);
	skip_unless(code, 0, 1);
	end_with(code, SECCOMP_RET_ALLOW);
	end_with(code, SECCOMP_RET_USER_NOTIF);
}

static void report_open(struct code *code, uint32_t call, size_t flags)
{
	skip_unless(code, call, 6);
	load(code, ARGUMENT(flags));
	add(code, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, OPENING_OTHER_FLAGS, 2, 0));
	add(code, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, FILE_READ_FLAGS));
	skip_unless(code, FILE_READ_FLAGS, 1);
	end_with(code, SECCOMP_RET_ALLOW);
	end_with(code, SECCOMP_RET_USER_NOTIF);
}

// openat2(2) has its flags in memory.
static void report_opens(struct code *code)
{
	report_open(code, SYS_openat, 2);
	report_open(code, (uint32_t)SYS_open, 1);
	skip_unless(code, SYS_openat2, 1);
	end_with(code, SECCOMP_RET_USER_NOTIF);
}

// A ring may have been made before.
static void write_filter(struct code *code, bool opens)
{
	static const uint32_t rings[] = {SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register};
	refuse_other_architectures(code);
	report_unmarked(code, SYS_connect);
	report_unmarked(code, SYS_sendmmsg);
	report_sendto(code);
	skip_unless(code, SYS_sendmsg, 1);
	end_with(code, SECCOMP_RET_USER_NOTIF);
	refuse(code, rings, sizeof(rings) / sizeof(*rings), ENOSYS);
	if (opens)
		report_opens(code);
	end_with(code, SECCOMP_RET_ALLOW);
}

static int install(const struct sock_fprog *program, unsigned long flags)
{
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, program);
}

// SPEC_ALLOW: before Linux 5.16 a filter slows the program down by mitigations that only a sandbox needs.
int filter_install(bool opens)
{
	struct code code = {.count = 0};
	unsigned long flags =
		SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
	write_filter(&code, opens);
	const struct sock_fprog program = {code.count, code.instructions};
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
