// SPDX-License-Identifier: MIT
#include "shim/command/reach/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/in6.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shim/command/reach/clients.h"
#include "shim/command/reach/descriptors.h"
#include "shim/command/reach/private_network.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL  // Linux 6.9
#endif

// Options that are taken over, as far as both sockets have them.
static const struct {
	int level, name;
} options[] = {
	{SOL_SOCKET, SO_RCVTIMEO},
	{SOL_SOCKET, SO_SNDTIMEO},
	{SOL_SOCKET, SO_REUSEADDR},
	{SOL_SOCKET, SO_KEEPALIVE},
	{SOL_SOCKET, SO_TIMESTAMP},
	{IPPROTO_IP, IP_RECVERR},
	{IPPROTO_IP, IP_PKTINFO},
	{IPPROTO_IP, IP_MTU_DISCOVER},
	{IPPROTO_IP, IP_TTL},
	{IPPROTO_IPV6, IPV6_V6ONLY},
	{IPPROTO_IPV6, IPV6_RECVPKTINFO},
	{IPPROTO_IPV6, IPV6_RECVERR},
	{IPPROTO_IPV6, IPV6_MTU_DISCOVER},
};

// The socket of the process, as we have it, and what it is.
struct original {
	int pidfd;
	int socket;
	pid_t process;
	int domain, type;
};

static pid_t process_of(pid_t thread)
{
	char path[32], line[128];
	int process = thread;
	snprintf(path, sizeof(path), "/proc/%d/status", thread);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL && sscanf(line, "Tgid: %d", &process) != 1)
		;
	if (file != NULL)
		fclose(file);
	return process;
}

static void close_original(struct original *original)
{
	const int saved = errno;
	if (original->socket >= 0)
		close(original->socket);
	if (original->pidfd >= 0)
		close(original->pidfd);
	errno = saved;
}

static bool is_call_waiting(const struct reported_call *call)
{
	return ioctl(call->reports, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) == 0;
}

// A thread may have descriptors of its own, which only a newer kernel gives; else those of its process are taken.
static bool open_original(const struct reported_call *call, struct original *out)
{
	socklen_t length = sizeof(int);
	*out = (struct original){.socket = -1, .process = process_of(call->thread)};
	out->pidfd = (int)syscall(SYS_pidfd_open, call->thread, PIDFD_THREAD);
	if (out->pidfd < 0 && errno == EINVAL)
		out->pidfd = (int)syscall(SYS_pidfd_open, out->process, 0);
	if (out->pidfd >= 0 && is_call_waiting(call))
		out->socket = (int)syscall(SYS_pidfd_getfd, out->pidfd, call->descriptor, 0);
	if (out->socket < 0)
		return false;
	return getsockopt(out->socket, SOL_SOCKET, SO_DOMAIN, &out->domain, &length) == 0 &&
		getsockopt(out->socket, SOL_SOCKET, SO_TYPE, &out->type, &length) == 0;
}

static bool is_udp_or_tcp(const struct original *original)
{
	return (original->domain == AF_INET || original->domain == AF_INET6) &&
		(original->type == SOCK_DGRAM || original->type == SOCK_STREAM);
}

static void copy_options(const struct original *original, int socket)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		char value[64];
		socklen_t length = sizeof(value);
		if (options[i].level == IPPROTO_IPV6 && original->domain != AF_INET6)
			continue;
		if (getsockopt(original->socket, options[i].level, options[i].name, value, &length) == 0)
			setsockopt(socket, options[i].level, options[i].name, value, length);
	}
	fcntl(socket, F_SETFL, fcntl(original->socket, F_GETFL));
}

static in_port_t *port_of(struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)address)->sin6_port
										  : &((struct sockaddr_in *)address)->sin_port;
}

static bool is_unbound(const struct sockaddr_storage *address)
{
	static const struct in6_addr any;
	const struct sockaddr_in6 *ipv6 = (const struct sockaddr_in6 *)address;
	if (address->ss_family == AF_INET6)
		return memcmp(&ipv6->sin6_addr, &any, sizeof(any)) == 0;
	return ((const struct sockaddr_in *)address)->sin_addr.s_addr == 0;
}

// The address that the program would have by the route to the server; the port stays. Without a route any will do.
static void find_source(const struct reported_call *call, struct sockaddr_storage *own)
{
	struct sockaddr_storage found;
	socklen_t length = sizeof(found);
	const in_port_t port = *port_of(own);
	const int probe = socket(call->to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (probe >= 0 && connect(probe, (const struct sockaddr *)&call->to, call->to_length) == 0 &&
		getsockname(probe, (struct sockaddr *)&found, &length) == 0 && found.ss_family == own->ss_family) {
		*own = found;
		*port_of(own) = port;
	}
	if (probe >= 0)
		close(probe);
}

// Binds the new socket to the local address of the old one, or to the one that it would have had. *port gets its port.
static bool take_address(const struct reported_call *call, const struct original *original, int socket, uint16_t *port)
{
	struct sockaddr_storage own = {.ss_family = (sa_family_t)original->domain};
	socklen_t length = sizeof(own);
	const int on = 1;
	if (original->domain == AF_INET6)
		setsockopt(socket, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof(on));
	if (getsockname(original->socket, (struct sockaddr *)&own, &length) != 0)
		return false;
	if (call->connects && is_unbound(&own))
		find_source(call, &own);
	length = original->domain == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	if (bind(socket, (struct sockaddr *)&own, length) != 0)
		return false;
	length = sizeof(own);
	if (getsockname(socket, (struct sockaddr *)&own, &length) != 0)
		return false;
	*port = ntohs(*port_of(&own));
	return true;
}

// Puts the socket into the epoll sets before the old one leaves them with its last number.
static bool replace(const struct reported_call *call, const struct original *original, int socket)
{
	struct descriptors descriptors;
	if (!descriptors_find(call->thread, call->descriptor, &descriptors) ||
		!descriptors_enter_sets(&descriptors, original->pidfd, socket))
		return false;
	for (size_t i = 0; i < descriptors.number_count; i++) {
		const struct descriptor_number *number = &descriptors.numbers[i];
		const struct seccomp_notif_addfd added = {
			.id = call->id,
			.flags = SECCOMP_ADDFD_FLAG_SETFD,
			.srcfd = (uint32_t)socket,
			.newfd = (uint32_t)number->number,
			.newfd_flags = number->closes_on_exec ? O_CLOEXEC : 0,
		};
		if (ioctl(call->reports, SECCOMP_IOCTL_NOTIF_ADDFD, &added) < 0)
			return false;
	}
	return descriptors.number_count > 0;
}

static bool replace_by(const struct reported_call *call, const struct original *original, int socket, uint16_t *port)
{
	if (socket < 0)
		return false;
	copy_options(original, socket);
	const bool done = take_address(call, original, socket, port) && replace(call, original, socket);
	const int saved = errno;
	close(socket);
	errno = saved;
	return done;
}

enum swap_result swap_in(const struct reported_call *call, struct private_network *network, struct clients *clients)
{
	struct original original;
	enum swap_result result = SWAP_FAILED;
	uint16_t port;
	if (open_original(call, &original)) {
		if (!is_udp_or_tcp(&original) || private_network_has(network, original.socket))
			result = SWAP_NOT_NEEDED;
		else if (replace_by(call, &original, private_network_socket(network, original.domain, original.type), &port)) {
			clients_note(clients, original.type == SOCK_STREAM, port, original.process);
			result = SWAP_DONE;
		}
	}
	close_original(&original);
	return result;
}

enum swap_result swap_back(const struct reported_call *call, const struct private_network *network)
{
	struct original original;
	enum swap_result result = SWAP_FAILED;
	uint16_t port;
	if (open_original(call, &original)) {
		if (!is_udp_or_tcp(&original) || !private_network_has(network, original.socket))
			result = SWAP_NOT_NEEDED;
		else if (replace_by(call, &original, socket(original.domain, original.type | SOCK_CLOEXEC, 0), &port))
			result = SWAP_DONE;
	}
	close_original(&original);
	return result;
}
