// SPDX-License-Identifier: MIT
// The sockets at which a withdns(1) serves the processes of its run (config/run.h).
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "config/run.h"

struct problem;

struct run_socket {
	struct run_address address;
	char *directory;   // of the socket's file; NULL: there is none
	pid_t owner;       // the process that removes them
	int listeners[2];  // for the abstract name and for the file; -1: none
};

// Listens at a new address, below $TMPDIR or /tmp. Of the two sockets, one can be reached by processes with another
// user id, root directory or network namespace. Without has_file there is only the abstract name, for this process.
// run_socket_close frees *out, after a failure too.
bool run_socket_open(struct run_socket *out, bool has_file, struct problem *problem);

bool run_socket_is_listening(const struct run_socket *socket);

// Connections are refused from then on.
void run_socket_stop(struct run_socket *socket);

// Removes the file, unless another process has opened the socket. Accepts one that was not opened (all zero).
void run_socket_remove(const struct run_socket *socket);

// The same, and closes and frees it.
void run_socket_close(struct run_socket *socket);

// The address as words of a directive: "unix:PATH KEY", then when the run began, unless that is 0. Allocated; NULL for
// lack of memory.
char *run_socket_write(const struct run_address *address);
