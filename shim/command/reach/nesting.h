// SPDX-License-Identifier: MIT
// withdns in a program that another withdns supervises: the kernel allows one supervisor alone, which passes on what is
// reported of the inner program. Processes of an inner program have a mark, their limit RLIMIT_LOCKS: the kernel
// ignores this limit (since Linux 2.4.25), children inherit it, and no program sets it.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct seccomp_notif;
struct session;

// ---- the inner supervisor ----

// Does another withdns supervise this process?
bool nesting_is_inside(void);

// Marks this process with a new mark, which it returns. 0 if that is not possible.
uint64_t nesting_mark_program(void);

// Marks this process as the supervisor of the program with that mark, and asks the outer one for reports of the
// program. Returns a descriptor by which they are answered (seccomp_unotify(2)), and in *channel the one from which
// they are read (struct seccomp_notif), which ends when the outer supervisor does; -1 if there is none.
int nesting_join(uint64_t mark, int *channel);

// ---- the outer supervisor ----

// The inner supervisors that have asked for reports of their own programs. All zero at the beginning, but for the lock.
struct nesting {
	pthread_mutex_t lock;
	struct session *first;
	atomic_bool is_used;
};

#define NESTING_ANSWERED (-1)

// Decides the report if it is such a request, or of an inner program, by passing it on: *error gets the errno of the
// call, 0 if it goes on, or NESTING_ANSWERED. What cannot be passed on is EPERM. reports: the filter's descriptor.
// False if it is for the caller to decide. Thread-safe.
bool nesting_decide(struct nesting *nesting, int reports, const struct seccomp_notif *report, int *error);
