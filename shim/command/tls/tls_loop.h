// SPDX-License-Identifier: MIT
// What the parts of the forwarder's event loop, which is one thread, share.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct tls_server;
struct tls_trust;

// A descriptor in the epoll set, and the function that is called when it is ready.
struct tls_endpoint {
	void (*ready)(struct tls_endpoint *endpoint);
	int descriptor;
};

#define TLS_INPUT_SIZE (2 + UINT16_MAX)

struct tls_loop {
	int epoll;
	int64_t now;     // clock_now of the last wake-up
	uint8_t *input;  // a buffer of TLS_INPUT_SIZE bytes
	struct tls_trust *trusts;
	struct tls_server *servers;
};

// epoll_ctl(2). False with errno.
static inline bool tls_loop_watch(
	const struct tls_loop *loop, struct tls_endpoint *endpoint, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = endpoint};
	return epoll_ctl(loop->epoll, operation, endpoint->descriptor, &event) == 0;
}
