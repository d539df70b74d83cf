// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_forwarder.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/base/file.h"
#include "config/forwarder.h"
#include "shim/command/problem.h"
#include "shim/command/run_socket.h"
#include "shim/command/thread.h"
#include "shim/command/tls/tls_connection.h"
#include "shim/command/tls/tls_server.h"

#define EVENTS_MAX 64
#define PAUSE 100000  // microseconds without accepting after a failure

static struct run_socket own = {.listeners = {-1, -1}};
static struct tls_loop loop = {.epoll = -1};
static struct tls_endpoint listeners[2];
static uint8_t input[TLS_INPUT_SIZE];
static bool is_paused;      // clients may wait that could not be accepted
static char *first_server;  // that is prepared when the thread starts

// Without the key it is a packet of a stranger.
static void take_packet(struct tls_endpoint *client, const char *packet, size_t size)
{
	const char *header = packet + RUN_HEADER_SIZE;
	if (size < RUN_HEADER_SIZE || memcmp(packet, own.address.key, RUN_KEY_SIZE) != 0 ||
		packet[RUN_KEY_SIZE] != FORWARDER_QUERY)
		return;
	const char *end = memchr(header, '\0', size - RUN_HEADER_SIZE);
	if (end == NULL)
		return;
	struct tls_server *server = tls_server_find(&loop, header, (size_t)(end - header));
	const int error = errno;
	if (server != NULL)
		tls_server_ask(server, client, (const uint8_t *)end + 1, size - (size_t)(end + 1 - packet));
	else
		send(client->descriptor, &error, sizeof(error), MSG_DONTWAIT | MSG_NOSIGNAL);
}

// A client closes its connection as soon as it has its replies.
static void client_ready(struct tls_endpoint *client)
{
	ssize_t size;
	while ((size = recv(client->descriptor, input, sizeof(input), MSG_DONTWAIT)) > 0)
		take_packet(client, (const char *)input, (size_t)size);
	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	tls_servers_forget(&loop, client);
	close(client->descriptor);
	free(client);
}

// The queries of a new client are usually there already. A listener is watched for changes alone (EPOLLET), so that
// clients for which there are no descriptors do not keep the thread awake.
static void accept_clients(struct tls_endpoint *listener)
{
	int descriptor;
	while ((descriptor = accept4(listener->descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0 ||
		errno == ECONNABORTED) {
		struct tls_endpoint *client = descriptor >= 0 ? malloc(sizeof(*client)) : NULL;
		if (client != NULL)
			*client = (struct tls_endpoint){client_ready, descriptor};
		if (client != NULL && tls_loop_watch(&loop, client, EPOLL_CTL_ADD, EPOLLIN)) {
			client_ready(client);
			continue;
		}
		free(client);
		file_close(descriptor);
	}
	is_paused = is_paused || (errno != EAGAIN && errno != EBADF);
}

static void *run(void *unused)
{
	struct epoll_event events[EVENTS_MAX];
	int64_t due = INT64_MAX;
	tls_server_find(&loop, first_server, strlen(first_server));  // a failure is told to the first lookup
	for (;;) {
		const int count =
			epoll_wait(loop.epoll, events, EVENTS_MAX, due == INT64_MAX ? -1 : clock_milliseconds_until(due));
		loop.now = clock_now();
		const bool was_paused = is_paused;
		is_paused = false;
		for (size_t i = 0; i < 2 && was_paused; i++)
			accept_clients(&listeners[i]);
		for (int i = 0; i < count; i++) {
			struct tls_endpoint *endpoint = events[i].data.ptr;
			endpoint->ready(endpoint);
		}
		due = clock_least(tls_servers_step(&loop), is_paused ? loop.now + PAUSE : INT64_MAX);
	}
	return unused;
}

static const struct run_address *listen_once(const char *first, bool has_file)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct problem problem;
	pthread_mutex_lock(&lock);
	if (first_server == NULL)
		first_server = strdup(first);
	bool is_open = first_server != NULL && (own.address.path != NULL || run_socket_open(&own, has_file, &problem));
	if (is_open && !has_file && loop.epoll < 0)
		is_open = tls_forwarder_start();
	pthread_mutex_unlock(&lock);
	return is_open ? &own.address : NULL;
}

const struct run_address *tls_forwarder_listen(const char *first)
{
	return listen_once(first, true);
}

const struct run_address *tls_forwarder_begin(const char *first)
{
	return listen_once(first, false);
}

struct run_socket *tls_forwarder_socket(void)
{
	return &own;
}

// Signals are the other threads' (SIGPIPE stays pending).
bool tls_forwarder_start(void)
{
	loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	bool is_started = loop.epoll >= 0;
	for (size_t i = 0; i < 2; i++) {
		listeners[i] = (struct tls_endpoint){accept_clients, own.listeners[i]};
		is_started = is_started &&
			(own.listeners[i] < 0 || tls_loop_watch(&loop, &listeners[i], EPOLL_CTL_ADD, EPOLLIN | EPOLLET));
	}
	is_started = is_started && thread_start(run, NULL);
	if (!is_started)
		run_socket_stop(&own);
	return is_started;
}
