// SPDX-License-Identifier: MIT
// Where the compiler puts things. Lookups must run on a 16 KiB stack: keep large buffers out of inlined callers. Their
// code must run in a cold cache, before branch predictors that hold the branches of others: keep what is rare away from
// what is common.
#pragma once

// For a function with a large frame. Inlined, the frame would belong to its caller and be in use during all the
// caller's other calls.
#define NOINLINE_LARGE_FRAME __attribute__((noinline))

// For a function that most lookups do not call: its code is not inlined, but stored apart.
#define COLD __attribute__((cold, noinline))

// Bytes that a processor fetches at once from another one that has written some of them. What each lookup writes is at
// least so far from what lookups only read.
#define CACHE_LINE 64

// For a condition that a lookup of a new name, answered by its first server, nearly always finds true, or false: what
// comes then follows without a jump. Only where the compiler puts it otherwise by itself: it takes it for rare that a
// COLD function is called, a pointer is NULL, an integer negative, or a function returns early.
#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
