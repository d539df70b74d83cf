// SPDX-License-Identifier: MIT
// One TLS connection to one address, non-blocking.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "shim/command/tls/tls_loop.h"
#include "shim/command/tls/tls_trust.h"

struct address;
struct encrypted_server;

enum tls_state {
	TLS_CONNECTING,
	TLS_HANDSHAKING,
	TLS_OPEN,  // the server is authenticated
};

struct tls_connection {
	struct tls_endpoint endpoint;  // must be first: the epoll set refers to it
	void *owner;                   // the caller's
	struct tls_loop *loop;
	const struct encrypted_server *server;
	const struct tls_trust *trust;
	SSL *ssl;
	enum tls_state state;
	uint32_t events;       // that the epoll set has for it
	int64_t began, heard;  // when it was opened, and when the server last sent anything
	uint8_t *output;       // not yet sent
	size_t output_size, output_room;
};

// Begins to connect to an address of the server; endpoint.ready is called with events from then on, and the caller then
// calls tls_connection_advance until the state is TLS_OPEN. All arguments must outlive the connection. NULL with errno.
struct tls_connection *tls_connection_open(struct tls_loop *loop, const struct tls_trust *trust,
	const struct encrypted_server *server, const struct address *address, SSL_SESSION **session);

// Continues to connect or to shake hands. Returns 0, or the error (errno, or of enum tls_error) for which the caller is
// to close it.
int tls_connection_advance(struct tls_connection *connection);

// Adds bytes to the output. False without memory.
bool tls_connection_put(struct tls_connection *connection, const uint8_t *bytes, size_t size);

// Sends the output as far as possible, in as few records as possible. Result as of tls_connection_advance.
int tls_connection_flush(struct tls_connection *connection);

// Receives. 0: nothing now; -1 with errno: the connection has ended, or failed.
ssize_t tls_connection_read(struct tls_connection *connection, uint8_t *buffer, size_t size);

// Asks the kernel to acknowledge at once: a server without TCP_NODELAY holds its next message until then.
void tls_connection_acknowledge(const struct tls_connection *connection);

// Has the server's kernel acknowledged all that was sent?
bool tls_connection_is_acknowledged(const struct tls_connection *connection);

// Tells the server, and frees it. Accepts NULL.
void tls_connection_close(struct tls_connection *connection);
