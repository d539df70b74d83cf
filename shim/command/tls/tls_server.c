// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_server.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/array.h"
#include "config/base/ascii.h"
#include "config/base/clock.h"
#include "config/base/encrypted.h"
#include "config/base/error_text.h"
#include "shim/command/tls/http2.h"
#include "shim/command/tls/tls_connection.h"
#include "shim/command/tls/tls_edns.h"
#include "shim/command/tls/tls_query.h"

#define LOSSES_MAX 2     // connections lost, after which a query fails
#define IGNORED_MAX 100  // messages of one connection that are no replies to queries

// Microseconds.
#define SECOND INT64_C(1000000)
#define CONNECT_MAX (4 * SECOND)           // until a connection is open
#define CONNECT_NEXT_MAX SECOND            // the same if there is another address
#define ACKNOWLEDGE_MAX (3 * SECOND / 10)  // until the server's kernel acknowledges bytes; else the connection is dead
#define SILENCE_MAX (5 * SECOND / 2)       // without a message while queries wait
#define SILENCE_KEPT (4 * SECOND / 10)     // the same on a connection that has brought replies, at least
#define PROMPT_MAX (SECOND / 10)
#define IDLE_DEFAULT (10 * SECOND)
#define FORGOTTEN_MAX (30 * SECOND)  // after which no reply to a query without a client is expected

struct tls_server {
	struct tls_connection connection;  // must be first: it is known by this
	struct tls_server *next;
	size_t address, failures;  // index of the one to connect to; of how many in a row that failed
	struct http2 *http;        // of the connection; NULL: it is not open, or no HTTP
	int64_t idle;              // the time that the server allows; -1: not told
	bool has_asked;            // by the connection
	bool has_replied;          // the same
	int64_t slowest;           // time to a reply: of late the longest
	int64_t used;              // when the last query or reply went by the connection
	unsigned ignored;
	uint8_t input[TLS_INPUT_SIZE];  // an incomplete message
	size_t input_size;
	struct tls_queries queries;
	size_t header_size;
	char header[];
};

// A query over TLS that is sent keeps its id, since its reply may still come.
static void forget(struct tls_server *server, const struct tls_endpoint *client)
{
	for (struct tls_query **at = &server->queries.first; *at != NULL;) {
		struct tls_query *query = *at;
		if (tls_query_forget(query, client) ||
			(query->sent > 0 && !server->queries.is_https &&
				server->connection.loop->now - query->sent < FORGOTTEN_MAX)) {
			at = &query->next;
			continue;
		}
		if (server->http != NULL)
			http2_forget(server->http, &query->stream);
		tls_query_remove(&server->queries, at);
	}
}

void tls_servers_forget(struct tls_loop *loop, const struct tls_endpoint *client)
{
	for (struct tls_server *server = loop->servers; server != NULL; server = server->next)
		forget(server, client);
}

static bool send_query(struct tls_server *server, struct tls_query *query)
{
	tls_query_number(&server->queries, query);
	query->sent = server->used = server->connection.loop->now;
	query->began = query->losses > 0 ? query->began : query->sent;
	server->has_asked = true;
	if (!server->queries.is_https)
		return array_append_all(
			&server->connection.output, &server->connection.output_size, query->bytes, TLS_PREFIX + query->size, 1);
	query->stream = (struct http2_stream){.query = query->bytes + TLS_PREFIX, .query_size = query->size};
	return http2_ask(server->http, &query->stream) && http2_flush(server->http, &server->connection) == 0;
}

// How long the server took: a prompt reply to a query that was sent again shows that the first connection was dead.
static int64_t time_of(const struct tls_query *query, int64_t now)
{
	return now - query->sent < PROMPT_MAX ? now - query->sent : now - query->began;
}

static void deliver(struct tls_server *server, struct tls_query **at, uint8_t *message, size_t size)
{
	const int64_t now = server->connection.loop->now, idle = tls_edns_idle(message, size);
	if (idle >= 0)
		server->idle = idle;
	server->used = now;
	server->has_replied = true;
	server->slowest = clock_most(time_of(*at, now), server->slowest - server->slowest / 16);
	tls_query_answer(&server->queries, at, message, size);
}

// ---- the connection ----

// After a failure to connect the next address is tried; when all have failed, so do the queries. Queries by a lost
// connection are sent again.
static void end_connection(struct tls_server *server, int error)
{
	const bool was_of_use = server->connection.state == TLS_OPEN && server->has_asked;
	http2_close(server->http);
	server->http = NULL;
	tls_connection_close(&server->connection);
	server->input_size = server->ignored = 0;
	server->idle = -1;
	server->has_asked = server->has_replied = false;
	if (!was_of_use) {
		server->address = (server->address + 1) % server->connection.where.count;
		if (++server->failures < server->connection.where.count)
			return;
	}
	server->failures = 0;
	for (struct tls_query **at = &server->queries.first; *at != NULL;) {
		struct tls_query *query = *at;
		query->losses += query->sent > 0;
		if (!was_of_use || !tls_query_forget(query, NULL) || query->losses >= LOSSES_MAX) {
			tls_query_fail(&server->queries, at, error);
			continue;
		}
		query->sent = 0;
		free(query->stream.body);
		query->stream.body = NULL;
		at = &query->next;
	}
}

// Returns 0, or the error for which the connection is to be ended.
static int take_message(struct tls_server *server, uint8_t *message, size_t size)
{
	for (struct tls_query **at = &server->queries.first; *at != NULL; at = &(*at)->next) {
		if (!tls_query_is_answered_by(*at, message, size))
			continue;
		deliver(server, at, message, size);
		return 0;
	}
	return ++server->ignored > IGNORED_MAX ? EPROTO : 0;
}

static int take_messages(struct tls_server *server)
{
	uint8_t *at = server->input, *const end = at + server->input_size;
	int error = 0;
	while (error == 0 && end - at >= TLS_PREFIX) {
		const size_t size = (size_t)(at[0] << 8 | at[1]);
		if ((size_t)(end - at) < TLS_PREFIX + size)
			break;
		error = take_message(server, at + TLS_PREFIX, size);
		at += TLS_PREFIX + size;
	}
	server->input_size = (size_t)(end - at);
	memmove(server->input, at, server->input_size);
	return error;
}

static void end_stream(void *context, struct http2_stream *stream, int error)
{
	struct tls_server *server = context;
	struct tls_query **at = &server->queries.first;
	while (&(*at)->stream != stream)
		at = &(*at)->next;
	struct tls_query *query = *at;
	if (error == 0 && tls_query_is_answered_by(query, stream->body, stream->size))
		deliver(server, at, stream->body, stream->size);
	else if (error == ETLS_HTTP_REFUSED && ++query->losses < LOSSES_MAX)
		query->sent = 0;
	else
		tls_query_fail(&server->queries, at, error == 0 ? ETLS_HTTP_CONTENT : error);
}

static int take_input(struct tls_server *server)
{
	const bool is_https = server->queries.is_https;
	if (is_https && server->http == NULL &&
		(server->http = http2_open(&server->connection.where, end_stream, server)) == NULL)
		return errno;
	for (;;) {
		uint8_t *at = server->input + server->input_size;
		const ssize_t size = tls_connection_read(&server->connection, at, TLS_INPUT_SIZE - server->input_size);
		if (size <= 0)
			return size < 0 ? errno : 0;
		server->input_size += is_https ? 0 : (size_t)size;
		const int error = is_https ? http2_receive(server->http, at, (size_t)size) : take_messages(server);
		if (error != 0)
			return error;
	}
}

static int send_all(struct tls_server *server)
{
	int error = 0;
	for (struct tls_query *query = server->queries.first; query != NULL && error == 0; query = query->next)
		if (query->sent == 0 && !send_query(server, query))
			error = errno;
	if (error == 0 && server->http != NULL)
		error = http2_flush(server->http, &server->connection);
	return error == 0 && server->connection.output_size > 0 ? tls_connection_flush(&server->connection) : error;
}

static void connection_ready(struct tls_endpoint *endpoint)
{
	struct tls_server *server = (struct tls_server *)endpoint;
	struct tls_connection *connection = &server->connection;
	int error = connection->state != TLS_OPEN ? tls_connection_shake_hands(connection) : 0;
	if (error == 0 && connection->state == TLS_OPEN)
		error = take_input(server);
	if (error != 0)
		end_connection(server, error);
	else if (connection->state == TLS_OPEN && server->queries.count > 0)
		tls_connection_acknowledge(connection);
}

static void begin_connection(struct tls_server *server)
{
	const int error = tls_connection_open(&server->connection, &server->connection.where.addresses[server->address]);
	server->used = server->connection.loop->now;
	if (error != 0)
		end_connection(server, error);
}

// ---- time ----

static int64_t idle_limit(const struct tls_server *server)
{
	const int64_t set = server->connection.trust->idle * SECOND;
	if (server->idle < 0)
		return set > 0 ? set : IDLE_DEFAULT;
	return set > 0 ? clock_least(set, server->idle) : server->idle;
}

// A kept connection may be dead, and the server only slow: the limit follows how slow it has been.
static int64_t silence_limit(const struct tls_server *server)
{
	const int64_t limit = server->has_replied ? clock_most(SILENCE_KEPT, 2 * server->slowest) : SILENCE_MAX;
	return clock_least(limit, SILENCE_MAX);
}

// When the connection is to be looked at again; if that is now or past, it is to be ended.
static int64_t connection_due(struct tls_server *server)
{
	struct tls_connection *connection = &server->connection;
	const struct tls_query *oldest = server->queries.first;  // but for those that a server has refused
	if (connection->state != TLS_OPEN)
		return connection->began + (connection->where.count > 1 ? CONNECT_NEXT_MAX : CONNECT_MAX);
	const int64_t acknowledged = tls_connection_waits_since(connection) + ACKNOWLEDGE_MAX;
	if (oldest == NULL || oldest->sent == 0)
		return server->used + idle_limit(server);
	return clock_least(clock_most(oldest->sent, connection->heard) + silence_limit(server), acknowledged);
}

// A query that is the same as one that was sent is sent, too, once its reply is late.
void tls_server_ask(struct tls_server *server, struct tls_endpoint *client, const uint8_t *message, size_t size)
{
	tls_query_add(&server->queries, client, message, size, server->connection.loop->now - silence_limit(server));
}

static int64_t step(struct tls_server *server)
{
	if (server->connection.state != TLS_CLOSED && connection_due(server) <= server->connection.loop->now)
		end_connection(server, ETIMEDOUT);
	while (server->connection.state == TLS_CLOSED && server->queries.first != NULL)
		begin_connection(server);
	if (server->connection.state == TLS_CLOSED)
		return INT64_MAX;
	const int error = server->connection.state == TLS_OPEN ? send_all(server) : 0;
	if (error != 0) {
		end_connection(server, error);
		return server->connection.loop->now;
	}
	return connection_due(server);
}

int64_t tls_servers_step(struct tls_loop *loop)
{
	int64_t due = INT64_MAX;
	for (struct tls_server *server = loop->servers; server != NULL; server = server->next)
		due = clock_least(due, step(server));
	return due;
}

static struct tls_server *open_server(struct tls_loop *loop, const char *header, size_t size)
{
	char text[ADDRESS_TEXT_SIZE];
	const char *newline = memchr(header, '\n', size);
	struct tls_server *server = calloc(1, sizeof(*server) + size);
	if (server == NULL)
		return NULL;
	server->connection.loop = loop;
	server->connection.endpoint.ready = connection_ready;
	errno = EINVAL;
	const bool is_read = newline != NULL &&
		ascii_copy(text, sizeof(text), newline + 1, size - (size_t)(newline + 1 - header)) &&
		encrypted_read(text, &server->connection.where);
	if (is_read && server->connection.where.is_https && !http2_load())
		errno = ETLS_LIBRARY;
	else if (is_read)
		server->connection.trust = tls_trust_find(&loop->trusts, header, (size_t)(newline - header));
	if (server->connection.trust == NULL) {
		free(server);
		return NULL;
	}
	server->idle = -1;
	server->queries.last = &server->queries.first;
	server->queries.is_https = server->connection.where.is_https;
	server->header_size = size;
	memcpy(server->header, header, size);
	server->next = loop->servers;
	loop->servers = server;
	return server;
}

struct tls_server *tls_server_find(struct tls_loop *loop, const char *header, size_t size)
{
	for (struct tls_server *server = loop->servers; server != NULL; server = server->next)
		if (server->header_size == size && memcmp(server->header, header, size) == 0)
			return server;
	return open_server(loop, header, size);
}
