// SPDX-License-Identifier: MIT
// Queries by hand, for the tests of the scripted server: what tests rely on must hold without the resolver.
#pragma once

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/kernel.h"
#include "tests/fake/fake.h"
#include "tests/unit/unit.h"
#include "tests/unit/virtual_clock.h"

#define WAIT_MS 2000

// One socket that talks to one server.
struct client {
	int descriptor;
	uint8_t reply[2 * 65537];
	size_t size;
};

// False with errno, and nothing left open.
static inline bool client_connect(struct client *client, const struct address *server, int type)
{
	struct sockaddr_storage to;
	const socklen_t length = address_to_sockaddr(server, &to);
	client->size = 0;
	client->descriptor = socket(server->family, type, 0);
	if (connect(client->descriptor, (struct sockaddr *)&to, length) == 0)
		return true;
	const int error = errno;
	close(client->descriptor);
	errno = error;
	return false;
}

static inline void client_open(struct client *client, const struct address *server, int type)
{
	assert_return_code(client_connect(client, server, type) ? 0 : -1, errno);
}

// "app.test" as labels, then type and class, after a header with recursion desired; OPT with that payload unless it is
// 0.
static inline size_t make_query(uint8_t *out, unsigned id, const char *name, unsigned type, unsigned payload)
{
	const uint8_t header[] = {(uint8_t)(id >> 8), (uint8_t)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, payload != 0};
	size_t at = sizeof header;
	memcpy(out, header, sizeof header);
	while (*name) {
		const size_t length = strcspn(name, ".");
		out[at++] = (uint8_t)length;
		memcpy(out + at, name, length);
		at += length;
		name += length + (name[length] == '.');
	}
	const uint8_t tail[] = {0, (uint8_t)(type >> 8), (uint8_t)type, 0, 1};
	const uint8_t opt[] = {0, 0, 41, (uint8_t)(payload >> 8), (uint8_t)payload, 0, 0, 0, 0, 0, 0};
	memcpy(out + at, tail, sizeof tail);
	at += sizeof tail;
	memcpy(out + at, opt, payload ? sizeof opt : 0);
	return at + (payload ? sizeof opt : 0);
}

static inline void send_query(struct client *client, unsigned id, const char *name, unsigned type, unsigned payload)
{
	uint8_t query[300];
	const size_t size = make_query(query, id, name, type, payload);
	assert_int_equal(send(client->descriptor, query, size, 0), size);
}

// The same after its length, for a stream.
static inline void send_framed(struct client *client, unsigned id, const char *name, unsigned type)
{
	uint8_t query[300] = {0};
	const size_t size = make_query(query + 2, id, name, type, 0);
	query[1] = (uint8_t)size;
	assert_int_equal(send(client->descriptor, query, size + 2, MSG_NOSIGNAL), size + 2);
}

// Appends what is received next to client->reply, after client->size bytes. Waits on the virtual clock, as the server
// does. Returns what recv(2) does.
static inline ssize_t client_read(struct client *client)
{
	struct pollfd polled = {.fd = client->descriptor, .events = POLLIN};
	kernel_poll(&polled, 1, WAIT_MS);
	const ssize_t size =
		recv(client->descriptor, client->reply + client->size, sizeof client->reply - client->size, MSG_DONTWAIT);
	client->size += size > 0 ? (size_t)size : 0;
	return size;
}

static inline void receive(struct client *client)
{
	client->size = 0;
	assert_return_code(client_read(client), errno);
}

static inline unsigned u16_at(const struct client *client, size_t offset)
{
	assert_true(offset + 2 <= client->size);
	return (unsigned)client->reply[offset] << 8 | client->reply[offset + 1];
}
