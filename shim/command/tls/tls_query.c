// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"
#include "shim/command/tls/tls_edns.h"
#include "shim/command/tls/tls_loop.h"

#define QUERIES_MAX 4096  // that wait for one server

static void tell(const struct tls_endpoint *client, const void *bytes, size_t size)
{
	if (client != NULL)
		send(client->descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void tls_query_add(
	struct tls_queries *queries, struct tls_endpoint *client, const uint8_t *message, size_t size, bool is_https)
{
	struct tls_query *query =
		queries->count < QUERIES_MAX ? calloc(1, sizeof(*query) + TLS_PREFIX + size + TLS_EDNS_ROOM) : NULL;
	if (query == NULL || !packet_read_query(message, size, &query->client_id, &query->opcode, &query->question)) {
		const int error = query == NULL ? ENOBUFS : EINVAL;
		free(query);
		tell(client, &error, sizeof(error));
		return;
	}
	query->client = client;
	memcpy(query->bytes + TLS_PREFIX, message, size);
	query->size = tls_edns_pad(query->bytes + TLS_PREFIX, size, is_https, &query->has_opt_added);
	wire_put_u16(query->bytes, (unsigned)query->size);
	*queries->last = query;
	queries->last = &query->next;
	queries->count++;
}

static bool has_id(const struct tls_queries *queries, uint16_t id)
{
	for (const struct tls_query *query = queries->first; query != NULL; query = query->next)
		if (query->is_sent && query->id == id)
			return true;
	return false;
}

void tls_query_number(struct tls_queries *queries, struct tls_query *query, bool is_https)
{
	query->id = 0;
	while (!is_https && (query->id == 0 || has_id(queries, query->id)))
		query->id = ++queries->last_id;
	wire_put_u16(query->bytes + TLS_PREFIX, query->id);
}

bool tls_query_is_answered_by(const struct tls_query *query, const uint8_t *message, size_t size)
{
	return query->is_sent && packet_is_reply(message, size, query->id, query->opcode, &query->question);
}

void tls_query_remove(struct tls_queries *queries, struct tls_query **at)
{
	struct tls_query *query = *at;
	*at = query->next;
	if (queries->last == &query->next)
		queries->last = at;
	queries->count--;
	free(query->stream.body);
	free(query);
}

void tls_query_answer(struct tls_queries *queries, struct tls_query **at, uint8_t *message, size_t size)
{
	const struct tls_query *query = *at;
	wire_put_u16(message, query->client_id);
	tell(query->client, message, query->has_opt_added ? tls_edns_strip(message, size) : size);
	tls_query_remove(queries, at);
}

void tls_query_fail(struct tls_queries *queries, struct tls_query **at, int error)
{
	tell((*at)->client, &error, sizeof(error));
	tls_query_remove(queries, at);
}

const struct tls_query *tls_query_oldest(const struct tls_queries *queries)
{
	const struct tls_query *oldest = NULL;
	for (const struct tls_query *query = queries->first; query != NULL; query = query->next)
		if (query->is_sent && (oldest == NULL || query->sent < oldest->sent))
			oldest = query;
	return oldest;
}

bool tls_query_is_any_unsent(const struct tls_queries *queries)
{
	for (const struct tls_query *query = queries->first; query != NULL; query = query->next)
		if (!query->is_sent)
			return true;
	return false;
}
