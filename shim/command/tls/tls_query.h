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
	struct tls_query *next;
	struct tls_endpoint *client;  // NULL: it is gone
	bool is_sent, has_opt_added;
	unsigned losses;  // connections that were lost with it
	uint16_t id, client_id;
	unsigned opcode;
	struct question question;
	int64_t began, sent;  // when it was first and last sent, as clock_now
	struct http2_stream stream;
	size_t size;
	uint8_t bytes[];  // the length, and the message, padded
};

struct tls_queries {
	struct tls_query *first, **last;  // all zero but last = &first: empty
	size_t count;
	uint16_t last_id;
};

// Adds a query of a client; one that cannot be added fails.
void tls_query_add(
	struct tls_queries *queries, struct tls_endpoint *client, const uint8_t *message, size_t size, bool is_https);

// Gives it an id that no other query has; 0 for HTTPS (RFC 8484 4.1).
void tls_query_number(struct tls_queries *queries, struct tls_query *query, bool is_https);

// Is it sent, and the message its reply?
bool tls_query_is_answered_by(const struct tls_query *query, const uint8_t *message, size_t size);

// These remove it, where *at points to it: the first sends the client the reply, which it changes, the second the error.
void tls_query_answer(struct tls_queries *queries, struct tls_query **at, uint8_t *message, size_t size);
void tls_query_fail(struct tls_queries *queries, struct tls_query **at, int error);
void tls_query_remove(struct tls_queries *queries, struct tls_query **at);

// The one that was sent first, of those that are; NULL: none is.
const struct tls_query *tls_query_oldest(const struct tls_queries *queries);

bool tls_query_is_any_unsent(const struct tls_queries *queries);
