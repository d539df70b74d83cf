// SPDX-License-Identifier: MIT
#include "shim/command/tls/tls_forwarder.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "config/base/clock.h"
#include "shim/command/problem.h"
#include "shim/command/run_socket.h"
#include "shim/command/tls/tls_client.h"
#include "shim/command/tls/tls_server.h"

#define EVENTS_MAX 64

static struct run_socket own = {.listeners = {-1, -1}};
static struct tls_loop loop;
static struct tls_endpoint listeners[2];
static char *first_server;  // that is prepared when the thread starts

static void accept_clients(struct tls_endpoint *endpoint, uint32_t events)
{
	(void)events;
	tls_clients_accept(&loop, endpoint->descriptor, own.address.key);
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
		for (int i = 0; i < count; i++) {
			struct tls_endpoint *endpoint = events[i].data.ptr;
			endpoint->ready(endpoint, events[i].events);
		}
		due = tls_servers_step(&loop);
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
	if (is_open && !has_file && loop.input == NULL)
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

bool tls_forwarder_is_listening(void)
{
	return own.listeners[0] >= 0 || own.listeners[1] >= 0;
}

void tls_forwarder_sockets(int sockets[2])
{
	for (size_t i = 0; i < 2; i++)
		sockets[i] = own.listeners[i];
}

static bool watch_listeners(void)
{
	for (size_t i = 0; i < 2; i++) {
		listeners[i] = (struct tls_endpoint){accept_clients, own.listeners[i]};
		if (own.listeners[i] >= 0 && !tls_loop_watch(&loop, &listeners[i], EPOLL_CTL_ADD, EPOLLIN))
			return false;
	}
	return true;
}

// Signals are the other threads' (SIGPIPE stays pending).
bool tls_forwarder_start(void)
{
	pthread_t thread;
	sigset_t all, before;
	loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	loop.input = malloc(TLS_INPUT_SIZE);
	if (loop.epoll < 0 || loop.input == NULL || !watch_listeners()) {
		run_socket_stop(&own);
		return false;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	errno = pthread_create(&thread, NULL, run, NULL);
	const bool is_started = errno == 0;
	if (!is_started)
		run_socket_stop(&own);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return is_started;
}

void tls_forwarder_stop(void)
{
	run_socket_stop(&own);
}

void tls_forwarder_remove(void)
{
	run_socket_remove(&own);
}
