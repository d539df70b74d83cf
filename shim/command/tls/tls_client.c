// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/forwarder.h"
#include "config/run.h"
#include "shim/command/tls/tls_server.h"

static void close_client(struct tls_client *client)
{
	tls_servers_forget(client->loop, &client->endpoint);
	close(client->endpoint.descriptor);
	free(client);
}

// Without the key it is a packet of a stranger.
static void take_packet(struct tls_client *client, const char *packet, size_t size)
{
	const char *header = packet + RUN_HEADER_SIZE;
	if (size < RUN_HEADER_SIZE || memcmp(packet, client->key, RUN_KEY_SIZE) != 0 ||
		packet[RUN_KEY_SIZE] != FORWARDER_QUERY)
		return;
	const char *end = memchr(header, '\0', size - RUN_HEADER_SIZE);
	if (end == NULL)
		return;
	struct tls_server *server = tls_server_find(client->loop, header, (size_t)(end - header));
	const int error = errno;
	if (server != NULL)
		tls_server_ask(server, &client->endpoint, (const uint8_t *)end + 1, size - (size_t)(end + 1 - packet));
	else
		send(client->endpoint.descriptor, &error, sizeof(error), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// A client closes its connection as soon as it has its replies.
static void client_ready(struct tls_endpoint *endpoint, uint32_t events)
{
	struct tls_client *client = (struct tls_client *)endpoint;
	(void)events;
	for (;;) {
		const ssize_t size = recv(endpoint->descriptor, client->loop->input, TLS_INPUT_SIZE, MSG_DONTWAIT);
		if (size > 0) {
			take_packet(client, (const char *)client->loop->input, (size_t)size);
		} else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
			close_client(client);
			return;
		} else if (errno == EAGAIN) {
			return;
		}
	}
}

// Its queries are usually there already.
static void begin(struct tls_loop *loop, int descriptor, const char *key)
{
	struct tls_client *client = calloc(1, sizeof(*client));
	if (client != NULL) {
		*client = (struct tls_client){{client_ready, descriptor}, loop, key};
		if (tls_loop_watch(loop, &client->endpoint, EPOLL_CTL_ADD, EPOLLIN)) {
			client_ready(&client->endpoint, EPOLLIN);
			return;
		}
	}
	free(client);
	close(descriptor);
}

void tls_clients_accept(struct tls_loop *loop, int listener, const char *key)
{
	int descriptor;
	while ((descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		begin(loop, descriptor, key);
}
