// SPDX-License-Identifier: MIT
// What tests use of newer glibcs, also for glibc before 2.34.
#pragma once

#include <malloc.h>
#include <unistd.h>

#include "config/base/older_headers.h"

// In bytes.
static inline size_t heap_in_use(void)
{
#if __GLIBC_PREREQ(2, 33)
	return mallinfo2().uordblks;
#else
	return (unsigned)mallinfo().uordblks;
#endif
}

#if !__GLIBC_PREREQ(2, 34)
static inline int close_range(unsigned first, unsigned last, int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

static inline void closefrom(int first)
{
	close_range((unsigned)first, ~0u, 0);
}
#endif
