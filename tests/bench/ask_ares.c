// SPDX-License-Identifier: MIT
// By c-ares, as a program with an event loop would: a channel that is kept, one for each thread.
#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/bench/ask.h"

#define MAX_SOCKETS 16

struct reply {
	bool has_come;
	enum ask_found found;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local ares_channel channel;  // kept until the process ends
static _Thread_local struct pollfd followed[MAX_SOCKETS];
static _Thread_local nfds_t followed_count;

static void start_library(void)
{
	ares_library_init(ARES_LIB_INIT_ALL);
}

static void take(void *argument, int status, int timeouts, struct ares_addrinfo *result)
{
	(void)timeouts;
	struct reply *reply = argument;
	reply->has_come = true;
	const struct ares_addrinfo_node *nodes = status == ARES_SUCCESS ? result->nodes : NULL;
	for (const struct ares_addrinfo_node *node = nodes; node; node = node->ai_next)
		reply->found |= node->ai_family == AF_INET ? FOUND_A : FOUND_AAAA;
	ares_freeaddrinfo(result);
}

// What the channel wants of a socket; nothing once it is closed.
static void follow_socket(void *unused, ares_socket_t socket, int readable, int writable)
{
	(void)unused;
	nfds_t i = 0;
	while (i < followed_count && followed[i].fd != socket)
		i++;
	if (i == MAX_SOCKETS)
		return;
	const int events = (readable ? POLLIN : 0) | (writable ? POLLOUT : 0);
	followed[i] = (struct pollfd){.fd = socket, .events = (short)events};
	if (i == followed_count)
		followed_count++;
	if (events == 0)
		followed[i] = followed[--followed_count];
}

static void wait_for_sockets(void)
{
	struct pollfd polled[MAX_SOCKETS];
	struct timeval left;
	const nfds_t count = followed_count;
	memcpy(polled, followed, count * sizeof(*polled));
	const struct timeval *timeout = ares_timeout(channel, NULL, &left);
	if (poll(polled, count, timeout ? (int)(timeout->tv_sec * 1000 + timeout->tv_usec / 1000 + 1) : -1) == 0)
		ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	for (nfds_t i = 0; i < count; i++) {
		const int events = polled[i].revents;
		if (events)
			ares_process_fd(channel, events & ~POLLOUT ? polled[i].fd : ARES_SOCKET_BAD,
				events & POLLOUT ? polled[i].fd : ARES_SOCKET_BAD);
	}
}

static bool open_channel(void)
{
	struct ares_options options = {.sock_state_cb = follow_socket};
	return ares_init_options(&channel, &options, ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS;
}

enum ask_found ask(const char *name, bool as_configured)
{
	pthread_once(&once, start_library);
	if (!channel && !open_channel())
		return FOUND_NOTHING;
	const struct ares_addrinfo_hints hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = as_configured ? ARES_AI_ADDRCONFIG : 0,
	};
	struct reply reply = {0};
	ares_getaddrinfo(channel, name, "80", &hints, take, &reply);
	while (!reply.has_come)
		wait_for_sockets();
	return reply.found;
}
