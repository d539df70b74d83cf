// SPDX-License-Identifier: MIT
// A clock that does not advance while any thread works. When all threads wait, it is set forward to the end of the
// shortest wait. So seconds of waiting take milliseconds, and a busy machine measures the same times as an idle one.
//
// It replaces clock_get, clock_read, channel_block, kernel_poll, kernel_futex and epoll_wait in a test program (the
// linker's --wrap, see tests.mk), and follows the threads that pthread_create makes. What waits in another way counts as
// work. The child of a fork has the real clock: it cannot share the parent's.
#pragma once

#include <stdint.h>

// Real until it is started. To be called while there is no other thread.
void virtual_clock_start(void);
// Real time goes on from the virtual one.
void virtual_clock_stop(void);
