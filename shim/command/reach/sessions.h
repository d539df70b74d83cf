// SPDX-License-Identifier: MIT
// The inner supervisors that have asked for reports of their own programs (nesting.h).
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct seccomp_notif;
struct session;

// All zero at the beginning, but for the lock.
struct sessions {
	pthread_mutex_t lock;
	struct session *first;
	atomic_bool is_used;
};

#define SESSIONS_ANSWERED (-1)

// Decides the report if it is such a request, or of an inner program, by passing it on: *error gets the errno of the
// call, 0 if it goes on, or SESSIONS_ANSWERED. What cannot be passed on is EPERM. reports: the filter's descriptor.
// False if it is for the caller to decide. Thread-safe.
bool sessions_decide(struct sessions *sessions, int reports, const struct seccomp_notif *report, int *error);
