// SPDX-License-Identifier: MIT
// Lock-free small value; a checksum detects torn reads. A lock could remain taken in the child of a fork.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/array.h"

// Declare as `seqlock_word lock[SEQLOCK_WORDS(struct value)]`. All zero: no value. The value must have no padding,
// or be zeroed before it is filled, because padding is part of the checksum.
typedef _Atomic uint64_t seqlock_word;
#define SEQLOCK_VALUE_MAX 512
#define SEQLOCK_WORDS(type) (1 + ARRAY_WORDS(sizeof(type)))

// size: of the value in bytes, at most SEQLOCK_VALUE_MAX. Read returns false, with *value undefined, if nothing has
// been written yet or a write is in progress. Both are thread-safe and async-signal-safe.
bool seqlock_read(const seqlock_word *lock, void *value, size_t size);
void seqlock_write(seqlock_word *lock, const void *value, size_t size);
