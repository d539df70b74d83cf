// SPDX-License-Identifier: MIT
// Random numbers that nobody can guess.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Fills size bytes (up to 256) from getrandom(2), or, where a filter of system calls refuses that or the machine has
// just been started, from /dev/urandom. Never waits. False with errno where neither is to be had: what is left then can
// be guessed, and is no use.
bool random_draw(void *bytes, size_t size);

// A number of which each bit depends on each of the last one (splitmix64): the same in every run, and no secret.
static inline uint64_t random_next(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}
