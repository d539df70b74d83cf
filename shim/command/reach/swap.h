// SPDX-License-Identifier: MIT
// Replaces a socket of another process, at its own number, by one of another network namespace (seccomp_unotify(2):
// SECCOMP_IOCTL_NOTIF_ADDFD). The process notices nothing: options, flags, local address and epoll sets are taken over.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

#define DNS_PORT 53

struct private_network;

// A call that was reported and waits for us.
struct reported_call {
	int reports;  // the filter's descriptor
	struct private_network *network;
	uint64_t id;
	pid_t thread;
	int descriptor;  // the number of the socket in the process
	bool connects;   // connect(2)
	bool asks;       // names DNS_PORT; only then must the socket be one of the private network
	struct sockaddr_storage to;
	socklen_t to_length;
};

// Replaces the socket by one of the private network, if the call asks, and notes whose it is; else a socket
// of the private network by one of this process's own. The address that the program would have had by the route to the
// server becomes the local one. Does nothing to a socket that is right or needs no network. False if it fails, as for
// the socket of a server, with DNS_PORT itself.
bool swap_socket(const struct reported_call *call);
