// SPDX-License-Identifier: MIT
#include "shim/command/reach/socket_state.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

union local {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
};

static socklen_t size_of(const union local *local)
{
	return local->any.sa_family == AF_INET6 ? sizeof(local->ipv6) : sizeof(local->ipv4);
}

static in_port_t *port_of(union local *local)
{
	return local->any.sa_family == AF_INET6 ? &local->ipv6.sin6_port : &local->ipv4.sin_port;
}

static bool is_bound(const union local *local)
{
	static const struct in6_addr any;
	if (local->any.sa_family == AF_INET6)
		return memcmp(&local->ipv6.sin6_addr, &any, sizeof(any)) != 0;
	return local->ipv4.sin_addr.s_addr != 0;
}

static void clear_address(union local *local)
{
	local->ipv4.sin_addr.s_addr = 0;
	if (local->any.sa_family == AF_INET6)
		local->ipv6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = local->ipv6.sin6_port};
}

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
static void choose_address(union local *own, const struct sockaddr *destination, socklen_t length)
{
	union local found;
	socklen_t found_length = sizeof(found);
	const in_port_t port = *port_of(own);
	const int probe = socket(own->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe >= 0 && connect(probe, destination, length) == 0 && getsockname(probe, &found.any, &found_length) == 0) {
		*own = found;
		*port_of(own) = port;
	}
	if (probe >= 0)
		close(probe);
}

static bool bind_to(int descriptor, union local *own)
{
	if (bind(descriptor, &own->any, size_of(own)) == 0)
		return true;
	if (errno != EADDRINUSE)
		return false;
	*port_of(own) = 0;
	return bind(descriptor, &own->any, size_of(own)) == 0;
}

// What has to be set before the socket is bound. An IPv6 address need not be one of an interface.
static void prepare_to_bind(int from, int to, int family)
{
	if (family != AF_INET6)
		return;
	set(to, IPPROTO_IPV6, IPV6_FREEBIND, 1);
	set(to, IPPROTO_IPV6, IPV6_V6ONLY, is_set(from, IPPROTO_IPV6, IPV6_V6ONLY));
}

bool socket_state_bind(int from, int to, const struct sockaddr *destination, socklen_t length, uint16_t *port)
{
	union local own;
	socklen_t own_length = sizeof(own);
	if (getsockname(from, &own.any, &own_length) != 0)
		return false;
	if (is_chosen(from))
		clear_address(&own);
	const bool is_free = !is_bound(&own);
	if (is_free && destination != NULL)
		choose_address(&own, destination, length);
	prepare_to_bind(from, to, own.any.sa_family);
	if (!bind_to(to, &own))
		return false;
	set(to, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, is_free);
	own_length = sizeof(own);
	if (getsockname(to, &own.any, &own_length) != 0)
		return false;
	*port = ntohs(*port_of(&own));
	return true;
}

// The kernel doubles the sizes of buffers. SO_PRIORITY is last because IP_TOS sets it.
static const struct {
	int level, name;
	bool is_doubled;
} options[] = {
	{SOL_SOCKET, SO_RCVTIMEO, false},
	{SOL_SOCKET, SO_SNDTIMEO, false},
	{SOL_SOCKET, SO_RCVBUF, true},
	{SOL_SOCKET, SO_SNDBUF, true},
	{SOL_SOCKET, SO_RCVLOWAT, false},
	{SOL_SOCKET, SO_REUSEADDR, false},
	{SOL_SOCKET, SO_REUSEPORT, false},
	{SOL_SOCKET, SO_KEEPALIVE, false},
	{SOL_SOCKET, SO_BROADCAST, false},
	{SOL_SOCKET, SO_LINGER, false},
	{SOL_SOCKET, SO_TIMESTAMP, false},
	{SOL_SOCKET, SO_TIMESTAMPNS, false},
	{IPPROTO_IP, IP_RECVERR, false},
	{IPPROTO_IP, IP_PKTINFO, false},
	{IPPROTO_IP, IP_MTU_DISCOVER, false},
	{IPPROTO_IP, IP_TTL, false},
	{IPPROTO_IP, IP_TOS, false},
	{IPPROTO_IP, IP_RECVTTL, false},
	{IPPROTO_IP, IP_RECVTOS, false},
	{IPPROTO_IPV6, IPV6_RECVERR, false},
	{IPPROTO_IPV6, IPV6_RECVPKTINFO, false},
	{IPPROTO_IPV6, IPV6_MTU_DISCOVER, false},
	{IPPROTO_IPV6, IPV6_DONTFRAG, false},
	{IPPROTO_IPV6, IPV6_UNICAST_HOPS, false},
	{IPPROTO_IPV6, IPV6_TCLASS, false},
	{IPPROTO_IPV6, IPV6_RECVHOPLIMIT, false},
	{IPPROTO_IPV6, IPV6_RECVTCLASS, false},
	{IPPROTO_TCP, TCP_NODELAY, false},
	{IPPROTO_TCP, TCP_USER_TIMEOUT, false},
	{IPPROTO_TCP, TCP_KEEPIDLE, false},
	{IPPROTO_TCP, TCP_KEEPINTVL, false},
	{IPPROTO_TCP, TCP_KEEPCNT, false},
	{IPPROTO_TCP, TCP_SYNCNT, false},
	{IPPROTO_TCP, TCP_FASTOPEN_CONNECT, false},
	{SOL_SOCKET, SO_PRIORITY, false},
};

// What is the same already is not set: a buffer of a size that was set does not grow any more.
static void copy_option(int from, int to, size_t index)
{
	char value[64], present[64];
	socklen_t length = sizeof(value), present_length = sizeof(present);
	const int level = options[index].level, name = options[index].name;
	int size;
	if (getsockopt(from, level, name, value, &length) != 0 ||
		getsockopt(to, level, name, present, &present_length) != 0 || memcmp(value, present, length) == 0)
		return;
	if (options[index].is_doubled) {
		memcpy(&size, value, sizeof(size));
		size /= 2;
		memcpy(value, &size, sizeof(size));
	}
	setsockopt(to, level, name, value, length);
}

void socket_state_copy(int from, int to)
{
	const int flags = fcntl(from, F_GETFL);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		copy_option(from, to, i);
	if (flags >= 0)
		fcntl(to, F_SETFL, flags);
}
