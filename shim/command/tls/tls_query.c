// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "resolver/dns/packet.h"
#include "resolver/dns/wire.h"
#include "shim/command/tls/tls_connection.h"
#include "shim/command/tls/tls_edns.h"

#define QUERIES_MAX 4096         // that wait for one server
#define ID_END (TLS_PREFIX + 2)  // bytes up to the end of the id

static void tell(const struct tls_endpoint *client, const void *bytes, size_t size)
{
	if (client != NULL)
		send(client->descriptor, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

// Where the query is to be added: behind another that is the same but for the id, or at the end of the list.
static struct tls_query **place_of(struct tls_queries *queries, const struct tls_query *query, int64_t since)
{
	for (struct tls_query *other = queries->first; other != NULL; other = other->next)
		if ((other->sent == 0 || other->sent > since) && other->size == query->size &&
			other->has_opt_added == query->has_opt_added &&
			memcmp(other->bytes + ID_END, query->bytes + ID_END, TLS_PREFIX + query->size - ID_END) == 0)
			return &other->same;
	return queries->last;
}

void tls_query_add(
	struct tls_queries *queries, struct tls_endpoint *client, const uint8_t *message, size_t size, int64_t since)
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
	query->size = tls_edns_pad(query->bytes + TLS_PREFIX, size, queries->is_https, &query->has_opt_added);
	wire_put_u16(query->bytes, (unsigned)query->size);
	struct tls_query **at = place_of(queries, query, since);
	if (at == queries->last)
		queries->last = &query->next;
	queries->count++;
	query->same = *at;
	*at = query;
}

bool tls_query_forget(struct tls_query *query, const struct tls_endpoint *client)
{
	bool is_awaited = false;
	for (; query != NULL; query = query->same) {
		query->client = query->client == client ? NULL : query->client;
		is_awaited = is_awaited || query->client != NULL;
	}
	return is_awaited;
}

static bool has_id(const struct tls_queries *queries, uint16_t id)
{
	for (const struct tls_query *query = queries->first; query != NULL; query = query->next)
		if (query->sent > 0 && query->id == id)
			return true;
	return false;
}

void tls_query_number(struct tls_queries *queries, struct tls_query *query)
{
	query->id = 0;
	while (!queries->is_https && (query->id == 0 || has_id(queries, query->id)))
		query->id = ++queries->last_id;
	wire_put_u16(query->bytes + TLS_PREFIX, query->id);
}

bool tls_query_is_answered_by(const struct tls_query *query, const uint8_t *message, size_t size)
{
	return query->sent > 0 && packet_is_reply(message, size, query->id, query->opcode, &query->question);
}

void tls_query_remove(struct tls_queries *queries, struct tls_query **at)
{
	struct tls_query *query = *at;
	*at = query->next;
	if (queries->last == &query->next)
		queries->last = at;
	free(query->stream.body);
	for (struct tls_query *same; query != NULL; query = same, queries->count--) {
		same = query->same;
		free(query);
	}
}

void tls_query_answer(struct tls_queries *queries, struct tls_query **at, uint8_t *message, size_t size)
{
	size = (*at)->has_opt_added ? tls_edns_strip(message, size) : size;
	for (const struct tls_query *query = *at; query != NULL; query = query->same) {
		wire_put_u16(message, query->client_id);
		tell(query->client, message, size);
	}
	tls_query_remove(queries, at);
}

void tls_query_fail(struct tls_queries *queries, struct tls_query **at, int error)
{
	for (const struct tls_query *query = *at; query != NULL; query = query->same)
		tell(query->client, &error, sizeof(error));
	tls_query_remove(queries, at);
}
