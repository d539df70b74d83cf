// SPDX-License-Identifier: MIT
// A TLS connection to one address of a server, non-blocking, and after it the next one; and what all of them share: the
// event loop of the forwarder, which is one thread.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

#include "config/base/encrypted.h"
#include "shim/command/tls/tls_trust.h"

struct address;
struct tls_server;

// A descriptor in the epoll set, and the function that is called when it is ready.
struct tls_endpoint {
	void (*ready)(struct tls_endpoint *endpoint);
	int descriptor;
};

#define TLS_INPUT_SIZE (2 + UINT16_MAX)

struct tls_loop {
	int epoll;
	int64_t now;  // clock_now of the last wake-up
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

enum tls_state {
	TLS_CLOSED,
	TLS_HANDSHAKING,  // after it has connected
	TLS_OPEN,         // the server is authenticated
};

struct tls_connection {
	// Must be first: the epoll set refers to it. `ready` and the next three are the caller's.
	struct tls_endpoint endpoint;
	struct tls_loop *loop;
	const struct tls_trust *trust;
	struct encrypted_server where;
	SSL_SESSION *session;  // to resume; NULL: none
	SSL *ssl;
	enum tls_state state;
	uint32_t events;        // that the epoll set has for it
	int64_t began, heard;   // when it was opened, and when the server last sent anything
	int64_t waits;          // since when bytes that were sent wait, as far as was seen
	uint64_t acknowledged;  // bytes that the server's kernel had acknowledged then
	uint8_t *output;        // not yet sent, an array (array.h) to which the caller appends
	size_t output_size;
};

// Begins to connect a closed one to an address of the server; endpoint.ready is called with events from then on, and
// the caller then calls tls_connection_shake_hands until the state is TLS_OPEN. Returns 0, or the error (errno, or of
// enum tls_error) for which the caller is to close it.
int tls_connection_open(struct tls_connection *connection, const struct address *address);

// Begins or continues the handshake. Result likewise.
int tls_connection_shake_hands(struct tls_connection *connection);

// Sends the output as far as possible, in as few records as possible. Result likewise.
int tls_connection_flush(struct tls_connection *connection);

// Receives. 0: nothing now; -1 with errno: the connection has ended, or failed.
ssize_t tls_connection_read(struct tls_connection *connection, uint8_t *buffer, size_t size);

// Asks the kernel to acknowledge at once: a server without TCP_NODELAY holds its next message until then.
void tls_connection_acknowledge(const struct tls_connection *connection);

// Since when (clock_now) has the server's kernel acknowledged nothing, though bytes wait for that? The present where
// none wait. To be called before anything is sent, too.
int64_t tls_connection_waits_since(struct tls_connection *connection);

// Tells the server. Has no effect on a closed one.
void tls_connection_close(struct tls_connection *connection);
