// SPDX-License-Identifier: MIT
// A process that asks the forwarder (config/forwarder.h), by one connection of a Unix socket.
#pragma once

#include "shim/command/tls/tls_loop.h"

struct tls_client {
	struct tls_endpoint endpoint;  // must be first: the epoll set refers to it
	struct tls_loop *loop;
	const char *key;  // that its packets must have
};

// Accepts the connections that wait at a listener, a non-blocking socket, and takes their queries.
void tls_clients_accept(struct tls_loop *loop, int listener, const char *key);
