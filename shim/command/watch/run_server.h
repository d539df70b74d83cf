// SPDX-License-Identifier: MIT
// The server for the processes of a run (config/run.h): collects the events of the journal, and keeps the counters of
// faults.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shim/command/run_socket.h"
#include "shim/command/watch/journal.h"
#include "shim/command/watch/processes.h"

struct counters;
struct problem;

struct run_server {
	struct run_socket socket;
	int poll;  // epoll(7) descriptor for all sockets; -1 before run_server_start
	struct counters *counters;
	struct journal journal;
	struct processes processes;  // those that sent events, and their ancestors
};

// Listens at a new address. run_server_close frees *out, after a failure too.
bool run_server_open(struct run_server *out, struct problem *problem);

// Prepares for run_server_serve, in the process that will serve. False with errno.
bool run_server_start(struct run_server *server);

// Handles what has been received, without waiting; server->poll is readable (poll(2)) when there is more. False where
// nothing was received.
bool run_server_serve(struct run_server *server);

// Frees it, and in the process that opened it removes the socket's file. Accepts one that was not opened (all zero).
void run_server_close(struct run_server *server);
