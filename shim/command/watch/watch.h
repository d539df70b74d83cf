// SPDX-License-Identifier: MIT
// Staying a program's parent so that nobody notices: it is in our process group and session, what is sent to us reaches
// it, when it stops we stop, and as it ends we end.
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct run_server;

struct watch {
	pid_t child;  // 0 in the child itself
	sigset_t mask_before;
	struct sigaction child_signal_before;  // of SIGCHLD
};

// Forks. Until the child has ended, signals wait in the parent; the child has them as they were before. False with
// errno.
bool watch_fork(struct watch *watch);

// In the parent: closes all descriptors but standard error and those of the server and the report (-1: none), so that
// pipes are the program's alone, passes signals on and serves the processes of the run until the program has ended, and
// what they had sent by then. Returns its wait(2) status.
int watch_wait(struct watch *watch, struct run_server *server, int report);

// Ends as the program did: with its exit status, or by the signal that it died of, without a second core dump.
_Noreturn void watch_end(int status);
