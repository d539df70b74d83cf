// SPDX-License-Identifier: MIT
// Fork generation, to detect state left by threads that do not exist in the child. Unlike getpid(2) it needs no system
// call, which a seccomp filter might forbid.
#pragma once

// The number of forks between the process that loaded the library and this one. Async-signal-safe.
unsigned forks_count(void);
