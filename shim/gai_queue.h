// SPDX-License-Identifier: MIT
// The queue of unfinished getaddrinfo_a(3) requests and the worker threads that process it.
//
// Workers are started on demand, at most 20 as in glibc, and end as soon as the queue has no work for them (glibc's
// wait for a second): no thread outlives the requests.
//
// A child of fork starts with an empty queue, whatever the parent's threads were doing. There the parent's requests
// stay EAI_INPROGRESS and are never notified; waiting for them or cancelling them returns EAI_ALLDONE.
//
// All functions are thread-safe, return EAI_ codes, and must be called with cancellation disabled.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct gaicb;
struct sigevent;

// Enqueues the requests of one call: the elements of list that are not NULL. Their status becomes EAI_INPROGRESS. With
// event it returns at once and notifies when all are finished, even if there are none; without (NULL) it waits for
// them. EAI_SYSTEM with errno set if out of memory or no thread can be started: the requests then have status
// EAI_MEMORY or EAI_AGAIN, and event is notified. EAI_INTR in a child forked by a signal handler during the wait. Keeps
// errno otherwise.
int gai_queue_add(struct gaicb *const list[], size_t count, const struct sigevent *event);

// Waits until one of the queued requests in list is finished. EAI_ALLDONE if none of list is in the queue, EAI_INTR
// after a signal. After deadline (microseconds of CLOCK_MONOTONIC) EAI_SYSTEM with errno unchanged: glibc does that
// although its manual says EAI_AGAIN. EAI_SYSTEM with EINVAL for GAI_QUEUE_INVALID.
#define GAI_QUEUE_FOREVER (-1)
#define GAI_QUEUE_INVALID INT64_MIN
int gai_queue_wait(const struct gaicb *const list[], size_t count, int64_t deadline);

// Removes a request from the queue, sets its status to EAI_CANCELED and returns that. EAI_NOTCANCELED if a worker has
// begun it, EAI_ALLDONE if it is not in the queue. After a cancellation the call's event is not notified, as in glibc:
// the program may already have freed what the event refers to. Waiters are woken.
int gai_queue_cancel(const struct gaicb *gaicb);
