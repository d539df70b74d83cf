// SPDX-License-Identifier: MIT
// The inside of the scripted server, for its own files.
#pragma once

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

#include "tests/fake/fake.h"
#include "tests/fake/rule.h"
#include "tests/fake/wire.h"
#include "tests/fake/zone.h"

#define FAKE_ENDPOINTS_MAX 8

enum fake_watched_kind { WATCH_WAKE, WATCH_DATAGRAMS, WATCH_LISTENER, WATCH_STREAM };

// The epoll data of a descriptor.
struct fake_watched {
	enum fake_watched_kind kind;
	int descriptor;
	struct fake_endpoint *endpoint;
};

// One address, with UDP and TCP on the same port.
struct fake_endpoint {
	struct address address;
	struct fake_watched datagrams, listener;
	bool refuses_datagrams, refuses_streams;
};

// One TCP connection (stream.c).
struct fake_stream {
	struct fake_watched watched;  // first, so that epoll's pointer is ours too
	struct fake_stream *next;
	struct address client;
	uint8_t *input;  // room for one framed message
	size_t input_size;
	uint8_t *output;
	size_t output_size, output_sent;
	size_t frames_waiting;  // of tcp-coalesce
	int64_t not_before;     // when it may write again, microseconds
	bool dribbles;
	bool closes;          // once output is sent
	size_t closes_after;  // bytes of output, SIZE_MAX for never
};

// The sender of a query: where its reply goes.
struct fake_peer {
	struct fake_endpoint *endpoint;
	struct fake_stream *stream;  // NULL for a datagram, which came from address
	struct sockaddr_storage address;
	socklen_t address_length;
};

// A delayed reply.
struct fake_delayed {
	struct fake_delayed *next;
	int64_t due;
	struct fake_peer peer;
	struct fake_rule rule;  // a copy: how it is sent
	size_t size;
	uint8_t bytes[];
};

struct fake {
	pthread_t thread;
	bool has_thread;
	bool remembers;
	pthread_mutex_t lock;  // over all below but the descriptors of epoll and wake
	atomic_uint arrivals;  // futex: of queries that are remembered
	atomic_bool ends;
	int epoll;
	struct fake_watched wake;
	struct fake_endpoint endpoints[FAKE_ENDPOINTS_MAX];
	size_t endpoint_count;
	char text[ADDRESS_TEXT_SIZE];  // of the first endpoint
	struct fake_zone zone;
	struct fake_rule *rules;
	struct fake_query *queries;
	size_t query_count, query_capacity;
	int log;
	size_t lost_queries, lost_replies;
	uint64_t random;  // the state that losses are drawn from
	struct fake_stream *streams;
	size_t connections;
	struct fake_delayed *delayed;
	uint8_t *scratch;  // WIRE_MESSAGE_MAX bytes each: what came, what goes
	uint8_t *reply;
	char error[512];
};

// Stores the query and wakes fake_wait (log.c).
void fake_log_query(struct fake *fake, const struct fake_query *query);
// Counts it, and writes it into the log file.
void fake_log_lost_query(struct fake *fake, const struct fake_query *query);

// Is this datagram one of those that the rule loses (fake.c)?
bool fake_draw_loss(struct fake *fake, const struct fake_rule *rule);

// Handles one message: sends its replies, or schedules them.
void fake_take_message(struct fake *fake, const struct fake_peer *peer, const uint8_t *bytes, size_t size);

// What stream.c does with a connection. The one that may have closed it returns false then.
void fake_stream_accept(struct fake *fake, struct fake_endpoint *endpoint);
bool fake_stream_read(struct fake *fake, struct fake_stream *stream);
void fake_stream_reply(struct fake_stream *stream, const struct fake_rule *rule, const uint8_t *bytes, size_t size);
bool fake_stream_write(struct fake *fake, struct fake_stream *stream);
void fake_stream_close(struct fake *fake, struct fake_stream *stream);

// Endpoints (endpoint.c): opens one; closes or opens its ports as the rules say now.
bool fake_endpoint_open(struct fake *fake, const struct address *address);
void fake_endpoint_close(struct fake_endpoint *endpoint);
void fake_endpoint_refuse(struct fake *fake, struct fake_endpoint *endpoint);
void fake_watch(struct fake *fake, struct fake_watched *watched, unsigned events);
void fake_endpoint_send(
	struct fake *fake, const struct fake_peer *peer, const struct fake_rule *rule, const uint8_t *bytes, size_t size);
struct address fake_address_of(const struct sockaddr_storage *socket_address);
