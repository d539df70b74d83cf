// SPDX-License-Identifier: MIT
// The version of the C library that runs, on which the results of some lookups depend.
#pragma once

#include <stdbool.h>

// Returns whether it is not glibc: musl is the only other one that loads the library.
bool libc_version_is_musl(void);

// Returns whether it is glibc before version MAJOR.MINOR. False for musl.
bool libc_version_is_before(unsigned major, unsigned minor);

// Returns whether a lookup of ::ffff:192.0.2.1 finds the line of 192.0.2.1 in the hosts file: not in glibc 2.30 to
// 2.37.
bool libc_version_maps_hosts(void);
