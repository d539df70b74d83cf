// SPDX-License-Identifier: MIT
// Decides what happens to the calls that the filter reports: those to port 53 are made on a socket of the private
// network.
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

struct clients;
struct private_network;
struct problem;

struct supervisor {
	int reports;  // the filter's descriptor (filter.h)
	struct private_network *network;
	struct clients *clients;
	atomic_uint swaps;  // sockets replaced so far
};

// Can the memory of the process be read? It is a child that has not executed a program yet. False with errno.
bool supervisor_can_read(pid_t process);

// Starts a thread for each processor that answers reports, until the last process with the filter has ended. A call to
// port 53 whose socket cannot be replaced fails with EPERM, and so does a call whose arguments cannot be read. The
// sockets of nscd, systemd-resolved and avahi do not exist for the program. False with *problem filled.
bool supervisor_start(struct supervisor *supervisor, struct problem *problem);

// Waits until the last process with the filter has ended.
void supervisor_wait(const struct supervisor *supervisor);
