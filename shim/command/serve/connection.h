// SPDX-License-Identifier: MIT
// Queries over TCP (RFC 1035 4.2.2, RFC 7766) and over Unix sockets with one message a packet (SOCK_SEQPACKET).
#pragma once

#include <stdint.h>

struct connection;
struct endpoint;
struct loop;
struct work;

// Accepts the connections that wait at a listener. With connections_max connections the one that has been idle longest
// is closed.
void connections_accept(struct loop *loop, struct endpoint *endpoint, uint32_t events);

// Sends a worker's reply. Replies come in the order in which they are found (RFC 7766 6.2.1.1).
void connection_finish(struct connection *connection, struct work *work);

// Call it once a second. Closes connections that have been idle, or have accepted no reply, for 30 s.
void connections_tick(struct loop *loop);

// Frees the connections that were closed, after the events that may refer to them.
void connections_free_closed(struct loop *loop);
