// SPDX-License-Identifier: MIT
// Random numbers that nobody can guess.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// Fills size bytes (up to 256) from getrandom(2), or, where a filter of system calls refuses that or the machine has
// just been started, from /dev/urandom. Never waits. False with errno where neither is to be had: what is left then can
// be guessed, and is no use.
bool chance_draw(void *bytes, size_t size);
