// SPDX-License-Identifier: MIT
// Who is asking what just now: threads that want to know the same wait for the one that asks.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct flights;
struct flight;

struct flights *flights_open(void);  // NULL without memory
void flights_close(struct flights *flights);  // accepts NULL

// What is asked is known by a number; two that are asked at once under one number wait without need, no more than that.
// Returns a flight where this thread is to ask, to be given to flight_end. NULL where another thread was asking: by now
// it has its answer, or the deadline (clock_now) has come. Also NULL, at once, where this cannot be told: *joined says
// which.
struct flight *flight_begin(struct flights *flights, uint64_t what, int64_t deadline, bool *joined);

// Does anybody wait for it?
bool flight_has_passengers(const struct flight *flight);

// Wakes who waits. Accepts NULL. Ending it twice costs others a question, no more.
void flight_end(struct flight *flight);

// For a lookup that is left by a jump (siglongjmp(3)): flights_abandon ends what this thread began since flights_mark
// gave mark. Safe in a signal handler.
const struct flight *flights_mark(void);
void flights_abandon(const struct flight *mark);
