// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/fake/server.h"

#define PORT_TRIES 100
#define BACKLOG 128
#define DISCARD_PORT 9

struct address fake_address_of(const struct sockaddr_storage *socket_address)
{
	struct address address = {.family = socket_address->ss_family};
	if (address.family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)socket_address;
		memcpy(address.bytes, &in->sin_addr, 4);
		address.port = ntohs(in->sin_port);
	} else {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)socket_address;
		memcpy(address.bytes, &in6->sin6_addr, 16);
		address.port = ntohs(in6->sin6_port);
		address.scope = in6->sin6_scope_id;
	}
	return address;
}

static int open_socket(const struct address *address, int type)
{
	struct sockaddr_storage socket_address;
	const socklen_t length = address_to_sockaddr(address, &socket_address);
	const int on = 1;
	int descriptor = socket(address->family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	if (address->family == AF_INET6)
		setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (type == SOCK_STREAM)
		setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(descriptor, (struct sockaddr *)&socket_address, length) == 0)
		return descriptor;
	const int error = errno;
	close(descriptor);
	errno = error;
	return -1;
}

static uint16_t free_port(const struct address *address)
{
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	int descriptor = open_socket(address, SOCK_DGRAM);
	if (descriptor < 0)
		return 0;
	const bool known = getsockname(descriptor, (struct sockaddr *)&bound, &length) == 0;
	close(descriptor);
	return known ? fake_address_of(&bound).port : 0;
}

// Both ports are bound by number, because Linux gives up a port of its own choice when a socket is disconnected.
static bool open_both(struct fake_endpoint *endpoint)
{
	endpoint->datagrams.descriptor = open_socket(&endpoint->address, SOCK_DGRAM);
	endpoint->listener.descriptor = open_socket(&endpoint->address, SOCK_STREAM);
	const bool both = endpoint->datagrams.descriptor >= 0 && endpoint->listener.descriptor >= 0;
	if (both && listen(endpoint->listener.descriptor, BACKLOG) == 0)
		return true;
	fake_endpoint_close(endpoint);
	return false;
}

void fake_watch(struct fake *fake, struct fake_watched *watched, unsigned events)
{
	struct epoll_event event = {.events = events, .data.ptr = watched};
	if (epoll_ctl(fake->epoll, EPOLL_CTL_MOD, watched->descriptor, &event) != 0)
		epoll_ctl(fake->epoll, EPOLL_CTL_ADD, watched->descriptor, &event);
}

bool fake_endpoint_open(struct fake *fake, const struct address *address)
{
	struct fake_endpoint *endpoint = &fake->endpoints[fake->endpoint_count];
	bool opened = false;
	*endpoint = (struct fake_endpoint){
		.address = *address,
		.datagrams = {.kind = WATCH_DATAGRAMS, .descriptor = -1, .endpoint = endpoint},
		.listener = {.kind = WATCH_LISTENER, .descriptor = -1, .endpoint = endpoint},
	};
	for (int i = 0; !opened && i < (address->port ? 1 : PORT_TRIES); i++) {
		if (address->port == 0)
			endpoint->address.port = free_port(address);
		opened = endpoint->address.port != 0 && open_both(endpoint);
	}
	if (!opened)
		return false;
	const int size = 4 << 20;
	setsockopt(endpoint->datagrams.descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	fake_watch(fake, &endpoint->datagrams, EPOLLIN);
	fake_watch(fake, &endpoint->listener, EPOLLIN);
	fake->endpoint_count++;
	return true;
}

void fake_endpoint_close(struct fake_endpoint *endpoint)
{
	if (endpoint->datagrams.descriptor >= 0)
		close(endpoint->datagrams.descriptor);
	if (endpoint->listener.descriptor >= 0)
		close(endpoint->listener.descriptor);
	endpoint->datagrams.descriptor = endpoint->listener.descriptor = -1;
}

// A socket that is connected elsewhere keeps its port and yet the kernel answers for it: port unreachable.
static void refuse_datagrams(struct fake_endpoint *endpoint, bool refuse)
{
	struct address elsewhere = endpoint->address;
	struct sockaddr_storage socket_address;
	elsewhere.port = DISCARD_PORT;
	const socklen_t length = address_to_sockaddr(&elsewhere, &socket_address);
	if (!refuse)
		socket_address.ss_family = AF_UNSPEC;
	if (connect(endpoint->datagrams.descriptor, (struct sockaddr *)&socket_address, length) == 0)
		endpoint->refuses_datagrams = refuse;
}

// shutdown ends the listening and keeps the port; a socket in that state must leave epoll, which would report it
// without end.
static void refuse_streams(struct fake *fake, struct fake_endpoint *endpoint, bool refuse)
{
	const int descriptor = endpoint->listener.descriptor;
	if (refuse) {
		epoll_ctl(fake->epoll, EPOLL_CTL_DEL, descriptor, NULL);
		shutdown(descriptor, SHUT_RDWR);
	} else {
		listen(descriptor, BACKLOG);
		fake_watch(fake, &endpoint->listener, EPOLLIN);
	}
	endpoint->refuses_streams = refuse;
}

void fake_endpoint_refuse(struct fake *fake, struct fake_endpoint *endpoint)
{
	const bool datagrams = fake_rules_have(fake->rules, FAKE_UDP_REFUSE);
	const bool streams = fake_rules_have(fake->rules, FAKE_TCP_REFUSE);
	if (datagrams != endpoint->refuses_datagrams)
		refuse_datagrams(endpoint, datagrams);
	if (streams != endpoint->refuses_streams)
		refuse_streams(fake, endpoint, streams);
}

static int open_other_socket(const struct fake_endpoint *endpoint, const struct fake_rule *rule)
{
	struct address other = endpoint->address;
	other.port = 0;
	if (rule->has[FAKE_WRONG_ADDRESS] && other.family == AF_INET) {
		other = endpoint->address;
		other.bytes[3] = 66;
	}
	return open_socket(&other, SOCK_DGRAM);
}

void fake_endpoint_send(
	struct fake *fake, const struct fake_peer *peer, const struct fake_rule *rule, const uint8_t *bytes, size_t size)
{
	const struct fake_endpoint *endpoint = peer->endpoint;
	const struct sockaddr *to = (const struct sockaddr *)&peer->address;
	int descriptor = endpoint->datagrams.descriptor;
	const bool from_elsewhere = rule && (rule->has[FAKE_WRONG_SOURCE] || rule->has[FAKE_WRONG_ADDRESS]);
	if (from_elsewhere)
		descriptor = open_other_socket(endpoint, rule);
	uint32_t times = rule && rule->has[FAKE_DUPLICATE] ? 2 : 1;
	if (rule && rule->has[FAKE_FLOOD])
		times = rule->value[FAKE_FLOOD];
	for (uint32_t i = 0; i < times && descriptor >= 0; i++) {
		if (fake_draw_loss(fake, rule))
			fake->lost_replies++;
		else
			sendto(descriptor, bytes, size, MSG_NOSIGNAL, to, peer->address_length);
	}
	if (from_elsewhere && descriptor >= 0)
		close(descriptor);
}
