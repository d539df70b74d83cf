// SPDX-License-Identifier: MIT
// What the supervisor needs to know of the processor's system call interface (seccomp(2)).
#pragma once

#include <linux/audit.h>
#include <sys/syscall.h>

#if defined __x86_64__ && defined __LP64__
#define ARCH_NATIVE AUDIT_ARCH_X86_64
#define ARCH_OTHER AUDIT_ARCH_I386  // 32-bit programs, whose calls have other numbers
#define ARCH_OTHER_CALLS(refuse)                                                                                   \
	refuse(102) /* socketcall */, refuse(345) /* sendmmsg */, refuse(362) /* connect */, refuse(369) /* sendto */, \
		refuse(370) /* sendmsg */, refuse(425) /* io_uring_setup */, refuse(426) /* io_uring_enter */,             \
		refuse(427) /* io_uring_register */
// Of the call number, for x32 programs.
#define ARCH_X32_BIT 0x40000000
#elif defined __aarch64__ && defined __LP64__
#define ARCH_NATIVE AUDIT_ARCH_AARCH64
#define ARCH_OTHER AUDIT_ARCH_ARM
#define ARCH_OTHER_CALLS(refuse)                                                                                \
	refuse(283) /* connect */, refuse(290) /* sendto */, refuse(296) /* sendmsg */, refuse(374) /* sendmmsg */, \
		refuse(425) /* io_uring_setup */, refuse(426) /* io_uring_enter */, refuse(427) /* io_uring_register */
#define ARCH_X32_BIT 0
#define SYS_open (-1)  // it has openat only
#endif

// The supervisor knows no other processor's calls.
#ifdef ARCH_NATIVE
#define ARCH_IS_KNOWN 1
#else
#define ARCH_IS_KNOWN 0
#define ARCH_NATIVE 0
#define ARCH_OTHER 0
#define ARCH_OTHER_CALLS(refuse) refuse(0)
#define ARCH_X32_BIT 0
#endif
