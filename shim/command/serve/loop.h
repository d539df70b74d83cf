// SPDX-License-Identifier: MIT
// The event loop of one thread of the server: its sockets and buffers, and how a query is answered: at once where
// nothing needs to be waited for, else by a worker.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"
#include "resolver/responder.h"
#include "shim/command/serve/generation.h"
#include "shim/command/serve/workers.h"

struct connection;
struct datagrams;
struct listeners;
struct loop;
struct network;

#define OUTSTANDING_MAX 64    // queries of one client that wait for a worker or are with one
#define CONNECTIONS_MAX 1000  // TCP connections, if there are descriptors for twice as many
#define CLIENT_SLOTS 4096

// What all threads share.
struct serving {
	const struct listeners *listeners;
	const struct network *networks;  // clients besides the loopback addresses
	size_t network_count;
	// NULL: clients are known by their addresses. Else all clients are admitted (serve.h).
	void (*find_process)(const struct address *client, bool is_stream, struct log_process *out);
	struct generations generations;
	struct workers workers;
	atomic_uint connections;  // over TCP, now
	unsigned connections_max;
	atomic_uint clients[CLIENT_SLOTS];  // outstanding queries by UDP, by hash of the client's address and port
	atomic_bool ends;
};

// A descriptor in the epoll set, and the function that is called when it is ready.
struct endpoint {
	void (*ready)(struct loop *loop, struct endpoint *endpoint, uint32_t events);
	int descriptor;
	bool is_packet;  // of a listener for connections: a Unix socket
};

struct loop {
	struct serving *serving;
	pthread_t thread;
	int epoll;
	struct shared_resolver *generation;
	struct endpoint waker;       // an eventfd, written to when done becomes non-empty and at the end
	struct endpoint *endpoints;  // of the listeners
	size_t endpoint_count;
	bool is_paused;  // connections are not accepted until the next second, for lack of descriptors
	struct datagrams *datagrams;
	struct connection *connections;  // those of this thread, a list
	size_t closed;                   // of which are closed but not yet freed
	int64_t now;                     // clock_now of the last wake-up
	uint8_t *input, *reply;          // buffers, of LOOP_INPUT_SIZE and RESPONDER_REPLY_MAX bytes
	pthread_mutex_t lock;            // of done
	struct work *done, **last_done;  // a list, in the order in which they were done
};

#define LOOP_INPUT_SIZE (2 * (2 + UINT16_MAX))

// Makes the endpoint's function be called for these events (epoll_ctl(2)). False with errno.
bool loop_watch(const struct loop *loop, struct endpoint *endpoint, int operation, uint32_t events);

// Describes for the log who asked which address of ours: "client=127.0.0.1:40000 udp", or for processes that are known
// "to=192.0.2.1 udp".
void loop_describe_client(const struct loop *loop, const struct address *client, const struct address *server,
	bool is_stream, struct responder_client *out);

// May the client be served?
bool loop_admits(const struct loop *loop, const struct address *client);

// Makes the thread look at loop->done and serving->ends. Thread-safe.
void loop_wake(struct loop *loop);

// Do requests need the client's name: for a log, or for faults of programs?
bool loop_needs_client(const struct loop *loop);

// Hands a query to the workers. origin, of origin_size bytes, is passed on to the sender of the reply: owner, a
// connection; or the datagram side if owner is NULL. False if it cannot be taken.
bool loop_defer(
	struct loop *loop, const struct responder_request *request, void *owner, const void *origin, size_t origin_size);
