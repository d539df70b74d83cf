// SPDX-License-Identifier: MIT
// Decides what happens to the calls that the filter reports: those to port 53 are made on a socket of the private
// network.
#pragma once

#include <pthread.h>
#include <stdbool.h>

#include "shim/command/reach/nesting.h"
#include "shim/command/reach/private_network.h"

struct problem;

struct supervisor {
	int reports;  // the filter's descriptor (filter.h)
	int channel;  // from which reports are read (nesting.h); -1: from reports
	struct nesting nesting;
	struct private_network network;
	pthread_mutex_t receiving;  // held by the thread that receives reports
};

// Starts threads that answer reports, one of which receives them at a time, until the last process with the filter has
// ended. A call to port 53 whose socket cannot be replaced fails with EPERM, and so does a call
// whose arguments cannot be read. The sockets of nscd, systemd-resolved and avahi do not exist for the program. False
// with *problem filled.
bool supervisor_start(struct supervisor *supervisor, struct problem *problem);
