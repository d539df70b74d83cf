// SPDX-License-Identifier: MIT
// Remains as the parent of a program: the program is in our process group and session, our signals are forwarded to it,
// and we stop and end as it does.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct run_server;

struct watch {
	pid_t child;  // 0 in the child
	sigset_t mask_before;
	struct sigaction child_signal_before;  // of SIGCHLD
};

// Forks. The parent blocks signals until the child has ended; the child has the former signal mask. False with errno.
bool watch_fork(struct watch *watch);

// In a child of watch_fork that is not to be the program: blocks the signals again. watch_restore sets signal mask and
// SIGCHLD as they were before watch_fork.
void watch_hold(void);
void watch_restore(const struct watch *watch);

// In the parent: forwards signals and serves the processes of the run until the program has ended, then handles the
// messages sent until then. Returns the wait(2) status of the program.
int watch_wait(const struct watch *watch, struct run_server *server);

// The same for a program that is not our child: its parent writes each of its wait(2) statuses, an int, to statuses (a
// socket). The end of these without the end of the program is EXIT_OWN_ERROR.
int watch_follow(const struct watch *watch, int statuses);

// Closes all descriptors except these (-1: none), so that only the program holds its pipes.
void watch_close_others(const int *kept, size_t count);

// Ends with the exit status of the program, or by the signal that killed it, without a second core dump.
_Noreturn void watch_end(int status);
