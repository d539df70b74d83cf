// SPDX-License-Identifier: MIT
// Lookups must run on a 16 KiB stack: keep large buffers out of inlined callers. Their code must run in a cold cache:
// keep what is rare away from what is common.
#pragma once

// For a function with a large frame. Inlined, the frame would belong to its caller and be in use during all the
// caller's other calls.
#define NOINLINE_LARGE_FRAME __attribute__((noinline))

// For a function that most lookups do not call: its code is not inlined, but stored apart.
#define COLD __attribute__((cold, noinline))
