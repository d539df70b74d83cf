// SPDX-License-Identifier: MIT
#include "shim/command/reach/socket_state.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "config/base/address.h"
#include "config/base/file.h"

static bool is_set(int descriptor, int level, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);
	return getsockopt(descriptor, level, name, &value, &length) == 0 && value != 0;
}

static void set(int descriptor, int level, int name, int value)
{
	setsockopt(descriptor, level, name, &value, sizeof(value));
}

// An address that was chosen here, not by the program, is marked by an option that has no effect on a bound socket.
static bool is_chosen(int descriptor)
{
	return is_set(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
}

// The port stays. Without a route any address will do.
static void choose_address(struct address *own, const struct sockaddr *destination, socklen_t length)
{
	const uint16_t port = own->port;
	const int probe = socket(own->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe >= 0 && connect(probe, destination, length) == 0)
		address_of_socket(probe, own);
	own->port = port;
	file_close(probe);
}

static bool bind_to(int descriptor, struct address *own)
{
	struct sockaddr_storage local;
	const socklen_t length = address_to_sockaddr(own, &local);
	if (bind(descriptor, (const struct sockaddr *)&local, length) == 0)
		return true;
	if (errno != EADDRINUSE || own->port == 0)
		return false;
	own->port = 0;
	return bind_to(descriptor, own);
}

// What has to be set before the socket is bound. An IPv6 address need not be one of an interface.
static void prepare_to_bind(int from, int to, int family)
{
	if (family != AF_INET6)
		return;
	set(to, IPPROTO_IPV6, IPV6_FREEBIND, 1);
	set(to, IPPROTO_IPV6, IPV6_V6ONLY, is_set(from, IPPROTO_IPV6, IPV6_V6ONLY));
}

bool socket_state_bind(int from, int to, const struct sockaddr *destination, socklen_t length)
{
	struct address own;
	if (!address_of_socket(from, &own))
		return false;
	if (is_chosen(from))
		own = (struct address){.family = own.family, .port = own.port};
	const bool is_free = address_is_wildcard(&own);
	if (is_free && destination != NULL)
		choose_address(&own, destination, length);
	prepare_to_bind(from, to, own.family);
	if (!bind_to(to, &own))
		return false;
	set(to, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, is_free);
	return true;
}

#define OPTIONS_MAX 16

// SO_PRIORITY is after IP_TOS, which sets it.
static const struct {
	int level, names[OPTIONS_MAX];
} options[] = {
	{SOL_SOCKET,
		{SO_RCVTIMEO, SO_SNDTIMEO, SO_RCVBUF, SO_SNDBUF, SO_RCVLOWAT, SO_REUSEADDR, SO_REUSEPORT, SO_KEEPALIVE,
			SO_BROADCAST, SO_LINGER, SO_TIMESTAMP, SO_TIMESTAMPNS}},
	{IPPROTO_IP, {IP_RECVERR, IP_PKTINFO, IP_MTU_DISCOVER, IP_TTL, IP_TOS, IP_RECVTTL, IP_RECVTOS}},
	{IPPROTO_IPV6,
		{IPV6_RECVERR, IPV6_RECVPKTINFO, IPV6_MTU_DISCOVER, IPV6_DONTFRAG, IPV6_UNICAST_HOPS, IPV6_TCLASS,
			IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS}},
	{IPPROTO_TCP,
		{TCP_NODELAY, TCP_USER_TIMEOUT, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT, TCP_FASTOPEN_CONNECT}},
	{SOL_SOCKET, {SO_PRIORITY}},
};

// What is the same already is not set: a buffer whose size was set does not grow any more. The kernel doubles sizes.
static void copy_option(int from, int to, int level, int name)
{
	union {
		char bytes[64];
		int size;
	} value, present;
	socklen_t length = sizeof(value), present_length = sizeof(present);
	if (getsockopt(from, level, name, &value, &length) != 0 ||
		getsockopt(to, level, name, &present, &present_length) != 0 || memcmp(&value, &present, length) == 0)
		return;
	if (level == SOL_SOCKET && (name == SO_RCVBUF || name == SO_SNDBUF))
		value.size /= 2;
	setsockopt(to, level, name, &value, length);
}

void socket_state_copy(int from, int to)
{
	const int flags = fcntl(from, F_GETFL);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		for (size_t j = 0; j < OPTIONS_MAX && options[i].names[j] != 0; j++)
			copy_option(from, to, options[i].level, options[i].names[j]);
	if (flags >= 0)
		fcntl(to, F_SETFL, flags);
}

unsigned socket_state_port(int descriptor)
{
	struct address own;
	return address_of_socket(descriptor, &own) ? own.port : 0;
}
