// SPDX-License-Identifier: MIT
#include "shim/command/serve/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/rrtype.h"
#include "shim/command/serve/loop.h"
#include "shim/command/serve/output.h"

#define IDLE_MAX (30 * INT64_C(1000000))  // microseconds
#define OUTPUT_MAX (256 * 1024)           // bytes that wait to be sent; then no more queries are read
#define PREFIX 2                          // bytes of the length in front of a message
#define ACCEPTED_MAX 64                   // connections accepted in one turn

struct connection {
	struct endpoint endpoint;  // must be first: the epoll set refers to it
	struct loop *loop;
	struct connection *next;
	bool is_admitted;
	bool is_ended;    // the client sends no more
	bool is_closed;   // to be freed once no work refers to it
	uint32_t events;  // that the epoll set has for it
	unsigned outstanding;
	int64_t active;  // when the last whole query came or a reply left
	uint8_t *input;  // of a stream: what was received but not yet answered
	size_t input_size;
	struct output output;
	struct responder_client client;
};

static void close_now(struct connection *connection)
{
	if (connection->is_closed)
		return;
	connection->is_closed = true;
	connection->loop->closed++;
	close(connection->endpoint.descriptor);
	if (!connection->endpoint.is_packet)
		atomic_fetch_sub(&connection->loop->serving->connections, 1);
}

static void queue(struct connection *connection, const uint8_t *reply, size_t size)
{
	if (!output_add(&connection->output, reply, size))
		close_now(connection);
}

static void flush_output(struct connection *connection)
{
	const struct endpoint *endpoint = &connection->endpoint;
	const size_t before = connection->output.size;
	if (connection->is_closed)
		return;
	if (!output_send(&connection->output, endpoint->descriptor, endpoint->is_packet))
		close_now(connection);
	if (connection->output.size < before)
		connection->active = connection->loop->now;
}

// ---- input ----

static bool is_blocked(const struct connection *connection)
{
	return connection->is_closed || connection->outstanding >= OUTSTANDING_MAX || connection->output.size > OUTPUT_MAX;
}

static void answer(struct connection *connection, const uint8_t *query, size_t size)
{
	struct loop *loop = connection->loop;
	struct responder_request request = {.message = query, .size = size, .client = &connection->client};
	size_t reply_size = 0;
	connection->active = loop->now;
	const enum responder_result result = connection->is_admitted
		? responder_answer(loop->generation->resolver, &request, loop->reply, &reply_size)
		: RESPONDER_REPLY;
	if (!connection->is_admitted)
		reply_size = responder_refuse(&request, RCODE_REFUSED, loop->reply);
	if (result == RESPONDER_WOULD_WAIT && loop_defer(loop, &request, connection, NULL, 0))
		connection->outstanding++;
	else if (result == RESPONDER_WOULD_WAIT)
		reply_size = responder_refuse(&request, RCODE_SERVFAIL, loop->reply);
	// A message that is not a query means that the stream is out of sync.
	if (result == RESPONDER_NO_REPLY)
		close_now(connection);
	if (reply_size > 0)
		queue(connection, loop->reply, reply_size);
	// At once: waking the client takes about as long as answering its next query.
	if (connection->endpoint.is_packet)
		flush_output(connection);
}

// The length of the whole message, with its prefix, at the beginning of the bytes of a stream; 0: there is none.
static size_t whole_message(const uint8_t *bytes, size_t size)
{
	const size_t length = size >= PREFIX ? PREFIX + (size_t)(bytes[0] << 8 | bytes[1]) : SIZE_MAX;
	return length <= size ? length : 0;
}

// Answers the whole messages at the beginning of the bytes of a stream, and keeps the rest.
static void answer_stream(struct connection *connection, const uint8_t *bytes, size_t size)
{
	size_t at = 0, length;
	while (!is_blocked(connection) && (length = whole_message(bytes + at, size - at)) > 0) {
		answer(connection, bytes + at + PREFIX, length - PREFIX);
		at += length;
	}
	free(connection->input);
	connection->input_size = size - at;
	connection->input = connection->input_size > 0 ? malloc(connection->input_size) : NULL;
	if (connection->input != NULL)
		memcpy(connection->input, bytes + at, connection->input_size);
	else if (connection->input_size > 0)
		close_now(connection);
}

// Copies the kept bytes to the loop's buffer and receives more after them. Returns the result of recv(2).
static ssize_t receive(struct connection *connection, size_t *kept)
{
	uint8_t *input = connection->loop->input;
	*kept = connection->input_size;
	if (*kept > 0)
		memcpy(input, connection->input, *kept);
	return recv(connection->endpoint.descriptor, input + *kept, LOOP_INPUT_SIZE - *kept, MSG_DONTWAIT);
}

static void read_queries(struct connection *connection)
{
	while (!is_blocked(connection) && !connection->is_ended) {
		size_t kept;
		const ssize_t size = receive(connection, &kept);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (size < 0) {
			close_now(connection);
			return;
		}
		connection->is_ended = size == 0;
		if (size > 0 && connection->endpoint.is_packet)
			answer(connection, connection->loop->input, (size_t)size);
		else if (size > 0)
			answer_stream(connection, connection->loop->input, kept + (size_t)size);
	}
}

// ---- life ----

static void watch(struct connection *connection)
{
	const bool goes_on = !is_blocked(connection) && whole_message(connection->input, connection->input_size) > 0;
	const bool is_done =
		connection->is_ended && !goes_on && connection->outstanding == 0 && connection->output.size == 0;
	uint32_t events = 0;
	if (is_done)
		close_now(connection);
	if (connection->is_closed)
		return;
	if (!connection->is_ended && !is_blocked(connection))
		events |= EPOLLIN;
	if (connection->output.size > 0 || goes_on)
		events |= EPOLLOUT;
	if (events != connection->events && !loop_watch(connection->loop, &connection->endpoint, EPOLL_CTL_MOD, events))
		close_now(connection);
	connection->events = events;
}

// Whole messages may have been kept while the connection was blocked.
static void go_on(struct connection *connection)
{
	const size_t size = connection->input_size;
	flush_output(connection);
	if (size > 0 && !is_blocked(connection)) {
		memcpy(connection->loop->input, connection->input, size);
		answer_stream(connection, connection->loop->input, size);
	}
	read_queries(connection);
	flush_output(connection);
	watch(connection);
}

static void ready(struct loop *loop, struct endpoint *endpoint, uint32_t events)
{
	struct connection *connection = (struct connection *)endpoint;
	(void)loop;
	if (connection->is_closed)
		return;
	// EPOLLHUP, which cannot be masked: the client takes no more replies.
	if ((events & (EPOLLERR | EPOLLHUP)) != 0)
		close_now(connection);
	else
		go_on(connection);
}

void connection_finish(struct connection *connection, struct work *work)
{
	connection->outstanding--;
	if (connection->is_closed)
		return;
	if (work->reply != NULL)
		queue(connection, work->reply, work->reply_size);
	go_on(connection);
}

static bool is_idle(const struct connection *connection)
{
	return !connection->is_closed && connection->outstanding == 0 && connection->output.size == 0;
}

// Closes the one that is idle longest. False if none is.
static bool close_idlest(struct loop *loop)
{
	struct connection *idlest = NULL;
	for (struct connection *one = loop->connections; one != NULL; one = one->next)
		if (is_idle(one) && (idlest == NULL || one->active < idlest->active))
			idlest = one;
	if (idlest != NULL)
		close_now(idlest);
	return idlest != NULL;
}

static void describe_client(struct connection *connection, const struct sockaddr_storage *peer)
{
	struct address client = {.family = AF_UNSPEC}, server = client;
	connection->is_admitted = connection->endpoint.is_packet;
	strcpy(connection->client.arguments, "client=unix");
	if (connection->endpoint.is_packet || !address_from_sockaddr(peer, &client))
		return;
	connection->is_admitted = loop_admits(connection->loop, &client);
	address_of_socket(connection->endpoint.descriptor, &server);
	loop_describe_client(connection->loop, &client, &server, true, &connection->client);
}

// Takes ownership of the descriptor.
static void begin(struct loop *loop, int descriptor, bool is_packet, const struct sockaddr_storage *peer)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	if (connection == NULL) {
		close(descriptor);
		return;
	}
	connection->endpoint = (struct endpoint){ready, descriptor, is_packet};
	connection->loop = loop;
	connection->active = loop->now;
	connection->events = EPOLLIN;
	describe_client(connection, peer);
	if (!is_packet)
		atomic_fetch_add(&loop->serving->connections, 1);
	connection->next = loop->connections;
	loop->connections = connection;
	// The queries of a Unix socket are usually there already, and its client closes it as soon as it has the replies.
	if (is_packet)
		read_queries(connection);
	if (connection->is_closed)
		return;
	if (!loop_watch(loop, &connection->endpoint, EPOLL_CTL_ADD, EPOLLIN))
		close_now(connection);
	else
		go_on(connection);
}

static void set_accepting(struct loop *loop, bool accepts)
{
	for (size_t i = 0; i < loop->endpoint_count; i++) {
		struct endpoint *endpoint = &loop->endpoints[i];
		if (endpoint->ready == connections_accept)
			loop_watch(loop, endpoint, accepts ? EPOLL_CTL_ADD : EPOLL_CTL_DEL,
				EPOLLIN | (endpoint->is_packet ? EPOLLEXCLUSIVE : 0));
	}
	loop->is_paused = !accepts;
}

void connections_accept(struct loop *loop, struct endpoint *endpoint, uint32_t events)
{
	(void)events;
	for (int i = 0; i < ACCEPTED_MAX && !loop->is_paused; i++) {
		struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
		const int descriptor = accept4(
			endpoint->descriptor, (struct sockaddr *)&peer, &(socklen_t){sizeof(peer)}, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (descriptor < 0 && errno == ECONNABORTED)
			continue;
		if (descriptor < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
			if (!close_idlest(loop))
				set_accepting(loop, false);
			continue;
		}
		if (descriptor < 0)
			return;
		const bool is_full =
			!endpoint->is_packet && atomic_load(&loop->serving->connections) >= loop->serving->connections_max;
		if (is_full && !close_idlest(loop))
			close(descriptor);
		else
			begin(loop, descriptor, endpoint->is_packet, &peer);
	}
}

void connections_tick(struct loop *loop)
{
	for (struct connection *one = loop->connections; one != NULL; one = one->next)
		if (!one->is_closed && one->outstanding == 0 && loop->now - one->active > IDLE_MAX)
			close_now(one);
	if (loop->is_paused)
		set_accepting(loop, true);
}

void connections_free_closed(struct loop *loop)
{
	for (struct connection **at = &loop->connections; *at != NULL && loop->closed > 0;) {
		struct connection *one = *at;
		if (!one->is_closed || one->outstanding > 0) {
			at = &one->next;
			continue;
		}
		*at = one->next;
		loop->closed--;
		free(one->input);
		free(one->output.bytes);
		free(one);
	}
}
