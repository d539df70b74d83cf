// SPDX-License-Identifier: MIT
// An encrypted server: its connection, and the queries that wait for their replies. Queries are pipelined, replies may
// come in any order (RFC 7766 6.2.1.1, 7).
#pragma once

#include <stddef.h>
#include <stdint.h>

struct tls_endpoint;
struct tls_loop;
struct tls_server;

// Finds the server of a packet's header of size bytes: the settings, a newline, and the server's text (see
// config/forwarder.h). NULL with errno, which may be one of enum tls_error.
struct tls_server *tls_server_find(struct tls_loop *loop, const char *header, size_t size);

// Takes a query of a client, which gets the reply or an error; sent by tls_server_step. If the connection is lost, the
// query is sent once more by another.
void tls_server_ask(struct tls_server *server, struct tls_endpoint *client, const uint8_t *message, size_t size);

// Forgets a client and its queries, of all servers.
void tls_servers_forget(struct tls_loop *loop, const struct tls_endpoint *client);

// Does what is due for all servers: connects, sends, gives up, closes. Returns when it is to be called again at the
// latest, as clock_now.
int64_t tls_servers_step(struct tls_loop *loop);
