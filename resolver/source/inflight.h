// SPDX-License-Identifier: MIT
// Who is asking what just now: threads that want to know the same wait for the one that asks.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct inflight;
struct inflight_query;

struct inflight *inflight_open(void);            // NULL without memory
void inflight_close(struct inflight *inflight);  // accepts NULL

// What is asked is known by a number; two that are asked at once under one number wait without need, no more than that.
// Returns a flight where this thread is to ask, to be given to inflight_end. NULL where another thread was asking: by now
// it has its answer, or the deadline (clock_now) has come. Also NULL, at once, where this cannot be told: *joined says
// which.
struct inflight_query *inflight_begin(struct inflight *inflight, uint64_t key, int64_t deadline, bool *joined);

// Does anybody wait for it?
bool inflight_has_waiters(const struct inflight_query *inflight_query);

// Wakes who waits. Accepts NULL. Ending it twice costs others a question, no more.
void inflight_end(struct inflight_query *inflight_query);

// For a lookup that is left by a jump (siglongjmp(3)): inflight_abandon ends what this thread began since inflight_mark
// gave mark. Safe in a signal handler.
const struct inflight_query *inflight_mark(void);
void inflight_abandon(const struct inflight_query *mark);
