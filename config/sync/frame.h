// SPDX-License-Identifier: MIT
// What a lookup may take of the stack: threads with the smallest of stacks, 16 KiB, make them too.
#pragma once

// Of a function with a large frame. Were it inlined, its caller would have that frame for as long as it runs, under all
// others that it calls.
#define NOINLINE_LARGE_FRAME __attribute__((noinline))
