// SPDX-License-Identifier: MIT
// The queries that wait for replies of one server, in the order in which they came.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/dns/message.h"
#include "shim/command/tls/http2.h"

struct tls_endpoint;

#define TLS_PREFIX 2  // bytes of the length before a message (RFC 1035 4.2.2)

struct tls_query {
	struct tls_query *next, *same;  // same: another client's, which is not in the list and gets the same reply
	struct tls_endpoint *client;    // NULL: it is gone
	bool has_opt_added;
	unsigned losses;  // connections that were lost with it
	uint16_t id, client_id;
	unsigned opcode;
	struct question question;
	int64_t began, sent;  // when it was first and last sent, as clock_now; sent is 0 while it is to be sent
	struct http2_stream stream;
	size_t size;
	uint8_t bytes[];  // the length, and the message, padded
};

struct tls_queries {
	struct tls_query *first, **last;  // all zero but last = &first and is_https: empty
	size_t count;
	uint16_t last_id;
	bool is_https;
};

// Adds a query of a client; one that cannot be added fails. It waits for the reply to the same query of another client
// that is to be sent, or was sent after `since` (clock_now).
void tls_query_add(
	struct tls_queries *queries, struct tls_endpoint *client, const uint8_t *message, size_t size, int64_t since);

// Takes the client from its queries. Is there a client that still waits for the reply?
bool tls_query_forget(struct tls_query *query, const struct tls_endpoint *client);

// Gives it an id that no other query has; 0 for HTTPS (RFC 8484 4.1).
void tls_query_number(struct tls_queries *queries, struct tls_query *query);

// Is it sent, and the message its reply?
bool tls_query_is_answered_by(const struct tls_query *query, const uint8_t *message, size_t size);

// These remove it, where *at points to it: the first sends the clients the reply, which it changes, the second the
// error.
void tls_query_answer(struct tls_queries *queries, struct tls_query **at, uint8_t *message, size_t size);
void tls_query_fail(struct tls_queries *queries, struct tls_query **at, int error);
void tls_query_remove(struct tls_queries *queries, struct tls_query **at);
