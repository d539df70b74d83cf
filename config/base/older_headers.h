// SPDX-License-Identifier: MIT
// What the headers of glibc 2.31 and of Linux 5.4 lack of what newer ones have.
#pragma once

#include <linux/seccomp.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/syscall.h>

#ifndef RES_NOAAAA
#define RES_NOAAAA 0x08000000
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
// The numbers are those of every architecture.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SECCOMP_ADDFD_FLAG_SEND
#define SECCOMP_ADDFD_FLAG_SEND (1UL << 1)  // Linux 5.14
#endif
