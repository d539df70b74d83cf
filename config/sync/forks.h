// SPDX-License-Identifier: MIT
// Fork generation, to detect state left by threads that do not exist in the child. Unlike getpid(2) it needs no system
// call, which a seccomp filter might forbid.
#pragma once

#include <sys/types.h>

// The number of forks between the process that loaded the library and this one. Async-signal-safe.
unsigned forks_count(void);

// open(2) and close(2), which keeps errno, of a file that a child of fork(2) does not get, because it would share its
// lock. The error is EAGAIN while another thread forks, or if there are too many such files.
int forks_open(const char *path, int flags, mode_t mode);
void forks_close(int descriptor);
