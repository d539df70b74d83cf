// SPDX-License-Identifier: MIT
// Coalesces identical concurrent queries: one thread, the owner, sends the query, the others wait for it to end.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct inflight_query;

// key is a hash of the query and of who sends it; if two different queries have the same key, one waits needlessly,
// which is harmless. Returns an in-flight query if this thread is the owner: it sends the query and then calls
// inflight_end. Returns NULL with *joined set after waiting for another thread's query, which has ended by now or did
// not end before deadline (of now's clock, clock_now). Returns NULL at once with *joined clear if this thread can
// neither own nor wait: it then sends the query on its own. Thread-safe; safe after fork and in signal handlers.
struct inflight_query *inflight_begin(uint64_t key, int64_t now, int64_t deadline, bool *joined);

// Returns whether other threads wait for it; false for NULL.
bool inflight_has_waiters(const struct inflight_query *inflight_query);

// Ends the query and wakes the waiting threads. Accepts NULL. Ending it twice at worst causes another thread to send an
// additional query.
void inflight_end(struct inflight_query *inflight_query);

// For lookups that are left by siglongjmp(3): inflight_abandon ends the query that this thread began since
// inflight_mark returned mark. Async-signal-safe.
const struct inflight_query *inflight_mark(void);
void inflight_abandon(const struct inflight_query *mark);
