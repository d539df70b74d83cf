// SPDX-License-Identifier: MIT
// A small value that many threads read and write without a lock, which a fork could leave taken: a sum tells whether
// it was met whole.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Declare as `seqlock_word place[SEQLOCK_WORDS(struct value)]`. All zero holds nothing. The value must be without
// padding, or zeroed before it is filled.
typedef _Atomic uint64_t seqlock_word;
#define SEQLOCK_VALUE_MAX 512
#define SEQLOCK_WORDS(type) (1 + (sizeof(type) + 7) / 8)

// Both take the size of the value, at most SEQLOCK_VALUE_MAX. False, with *value undefined, where nothing was written
// yet, or somebody is writing just now.
bool seqlock_read(const seqlock_word *location, void *value, size_t size);
void seqlock_write(seqlock_word *location, const void *value, size_t size);
