// SPDX-License-Identifier: MIT
// Looking a name up, by the one that a program is linked with: ask_libc.c, ask_ares.c, ask_unbound.c or ask_floor.c.
// And what the programs that measure it share. All can be built for any libc.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define ASK_NAME_SIZE 64
#define ASK_NEW_NAME "%s%u.bench.test"  // a prefix and a number: the servers have an answer for any

// Which families came.
enum ask_found { FOUND_NOTHING, FOUND_A = 1, FOUND_AAAA = 2, FOUND_BOTH = 3 };

// The name's addresses of both families; as_configured: as AI_ADDRCONFIG has it. May be called in many threads.
enum ask_found ask(const char *name, bool as_configured);

static inline int64_t ask_now(void)  // in nanoseconds
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}
