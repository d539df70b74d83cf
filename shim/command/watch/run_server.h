// SPDX-License-Identifier: MIT
// What the processes of a run tell the withdns that is the parent of its program, and ask it (config/run.h): the events
// of the journal, and the counters of faults.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/run.h"

struct counters;
struct problem;

struct run_server {
	struct run_address address;
	char *directory;         // that the socket's file is in; NULL: there is none
	int listeners[2];        // at the abstract name and at the file; -1: none
	int poll;                // of epoll(7), with them and all connections; -1 before run_server_start
	struct counters *counters;
	char *journal;           // the events' lines, allocated with room for one more byte; NULL: none
	size_t journal_size, journal_room;
	uint64_t lost;           // events that are known to have happened and are in no line
};

// Listens at a fresh address, below $TMPDIR or /tmp. Under other user ids, without access to that directory, after
// chroot(2) and in other network namespaces one of the two sockets is reached. run_server_close frees *out, after a
// failure too.
bool run_server_open(struct run_server *out, struct problem *problem);

// In the process that is to serve: prepares for run_server_serve. False with errno.
bool run_server_start(struct run_server *server);

// Serves what has come meanwhile, without waiting; server->poll is readable (poll(2)) when there is more. False where
// nothing had come.
bool run_server_serve(struct run_server *server);

// Frees what a child of fork(2) has of it, whose parent serves.
void run_server_forget(struct run_server *server);

// The parent's: takes the file away too. Accepts one that was not opened (all zero).
void run_server_close(struct run_server *server);
