// SPDX-License-Identifier: MIT
// The seccomp filter that reports the calls by which a program sends datagrams and connects (seccomp(2),
// seccomp_unotify(2)).
#pragma once

#include <stdbool.h>

// Installs the filter for this thread and all that it starts, and returns the descriptor of its reports, which is
// closed on exec. Reported are connect, sendto with an address, sendmsg and sendmmsg, but not the calls with
// KERNEL_MARK (config/base/kernel.h); with `opens` also the calls that open files for reading, but not with
// FILE_READ_FLAGS (config/base/file.h). Everything else runs at full speed. io_uring fails with ENOSYS, as do all calls
// of x32 programs, and the calls by which a 32-bit program would connect or send fail with EPERM. Sets no_new_privs
// where that is required (without CAP_SYS_ADMIN). -1 with errno.
int filter_install(bool opens);

// Does filter_install set no_new_privs, so that programs with raised privileges, such as sudo, get none and fail? Not
// if it is set already.
bool filter_needs_no_new_privileges(void);
