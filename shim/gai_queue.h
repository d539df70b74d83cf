// SPDX-License-Identifier: MIT
// The requests of getaddrinfo_a(3): a queue of those that are not finished, and the threads that work on them.
//
// There is no thread before a request needs one, there are never more than 20, as in glibc, and each ends as soon as it
// finds nothing to do (glibc's stay for a second): what a call started is gone when its requests are finished.
//
// A child of fork begins with an empty queue, whatever its parent's threads were doing. The parent's requests are the
// parent's: in the child their status stays EAI_INPROGRESS, nobody is notified of them, and to wait for them or to
// cancel them says EAI_ALLDONE.
//
// All are safe in many threads and return EAI_ codes. They are to be called with cancellation disabled.
#pragma once

#include <stddef.h>

struct gaicb;
struct sigevent;
struct timespec;

// Puts the requests of one call in the queue: those of list that are not NULL. From then on their status is
// EAI_INPROGRESS. With event it returns at once, and the event happens when all are finished, also where there are
// none; without, it returns then. EAI_SYSTEM with errno set where there is no memory or no thread: the status of all
// is EAI_MEMORY or EAI_AGAIN, and the event happens. EAI_INTR in a child that was forked by a signal handler while
// this waited. Keeps errno otherwise.
int gai_queue_add(struct gaicb *const list[], size_t count, const struct sigevent *event);

// Waits until one of those requests in list that are in the queue now has left it. EAI_ALLDONE where none is there,
// EAI_INTR after a signal. EAI_SYSTEM with errno as it was after deadline (CLOCK_MONOTONIC; NULL: none): that is what
// glibc says, whatever its manual does; with EINVAL where that is no time.
int gai_queue_wait(const struct gaicb *const list[], size_t count, const struct timespec *deadline);

// Takes a request out of the queue, with status EAI_CANCELED, and returns that. EAI_NOTCANCELED where a thread is at
// work on it, EAI_ALLDONE where it is not in the queue. The event of its call does not happen then, as in glibc,
// because a program that was told EAI_CANCELED may have freed what the event would use; who waits for it is woken.
int gai_queue_cancel(const struct gaicb *gaicb);
