// SPDX-License-Identifier: MIT
#include "shim/command/reach/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/base/older_headers.h"
#include "shim/command/reach/descriptors.h"
#include "shim/command/reach/private_network.h"
#include "shim/command/reach/process.h"
#include "shim/command/reach/socket_state.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL  // Linux 6.9
#endif

// The socket of the process, as we have it, and what it is.
struct original {
	int pidfd;
	int socket;
	int domain, type, protocol;
	bool is_private, is_home;  // a socket of the private network, or of our own
};

static int read_status(pid_t thread, const char *format, int otherwise)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/%d/status", thread);
	return process_read_number(path, format, otherwise);
}

// A thread may have descriptors of its own, which only a newer kernel gives.
static int open_process(pid_t thread)
{
	const int pidfd = (int)syscall(SYS_pidfd_open, thread, PIDFD_THREAD);
	if (pidfd >= 0 || errno != EINVAL)
		return pidfd;
	const pid_t process = read_status(thread, "Tgid: %d", thread);
	return syscall(SYS_kcmp, thread, process, KCMP_FILES, 0, 0) != 0 ? -1 : (int)syscall(SYS_pidfd_open, process, 0);
}

static bool read_kind(struct original *original)
{
	socklen_t length = sizeof(int);
	return getsockopt(original->socket, SOL_SOCKET, SO_DOMAIN, &original->domain, &length) == 0 &&
		getsockopt(original->socket, SOL_SOCKET, SO_TYPE, &original->type, &length) == 0 &&
		getsockopt(original->socket, SOL_SOCKET, SO_PROTOCOL, &original->protocol, &length) == 0;
}

// The kind only if it may have to be replaced. False with errno; EBADF or ENOTSOCK if the number is not that of a
// socket.
static bool open_original(const struct reported_call *call, struct original *out)
{
	*out = (struct original){.socket = -1, .pidfd = open_process(call->thread)};
	if (out->pidfd >= 0 && ioctl(call->reports, SECCOMP_IOCTL_NOTIF_ID_VALID, &call->id) == 0)
		out->socket = (int)syscall(SYS_pidfd_getfd, out->pidfd, call->descriptor, 0);
	if (out->socket < 0)
		return false;
	const uint64_t cookie = private_network_cookie(out->socket);
	out->is_private = cookie == call->network->cookie;
	out->is_home = cookie == call->network->home_cookie;
	return out->is_private == call->asks || read_kind(out);
}

static bool is_internet(const struct original *original)
{
	return original->domain == AF_INET || original->domain == AF_INET6;
}

static bool is_replaceable(const struct original *original)
{
	static const int protocols[] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_UDPLITE, IPPROTO_MPTCP};
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (is_internet(original) && original->type != SOCK_RAW && original->protocol == protocols[i])
			return true;
	return false;
}

// Ports mean nothing to these, and TCP ignores addresses while it is connected or connecting.
static bool ignores_port(const struct original *original)
{
	struct tcp_info info = {.tcpi_state = TCP_CLOSE};
	socklen_t length = sizeof(info);
	if (is_internet(original) &&
		(original->type == SOCK_RAW || original->protocol == IPPROTO_ICMP || original->protocol == IPPROTO_ICMPV6))
		return true;
	return is_internet(original) && original->type == SOCK_STREAM &&
		getsockopt(original->socket, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 && info.tcpi_state != TCP_CLOSE;
}

// A thread that waits for a datagram holds the old socket: an empty datagram, from an address that it has not asked,
// makes it call again. A socket that was not bound gets a port for this.
static void wake_receivers(const struct original *original)
{
	struct sockaddr_storage own = {.ss_family = (sa_family_t)original->domain};
	socklen_t length = original->domain == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	bind(original->socket, (const struct sockaddr *)&own, length);
	const int sender = socket(original->domain, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sender >= 0 && getsockname(original->socket, (struct sockaddr *)&own, &length) == 0)
		sendto(sender, "", 0, MSG_DONTWAIT, (const struct sockaddr *)&own, length);
	file_close(sender);
}

// The numbers of the old socket become those of the new one.
static bool exchange(const struct reported_call *call, const struct descriptors *descriptors, int socket)
{
	for (size_t i = 0; i < descriptors->number_count; i++) {
		const struct descriptor_number *number = &descriptors->numbers[i];
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
	return descriptors->number_count > 0;
}

// Puts the socket into the epoll sets before the old one leaves them with its last number.
static bool replace(const struct reported_call *call, const struct original *original, int socket)
{
	struct descriptors descriptors;
	if (!descriptors_find(call->thread, call->descriptor, &descriptors) ||
		!descriptors_enter_sets(&descriptors, original->pidfd, socket) || !exchange(call, &descriptors, socket))
		return false;
	if (original->is_home && original->type == SOCK_DGRAM && descriptors.place_count == 0 &&
		read_status(call->thread, "Threads: %d", 1) > 1)
		wake_receivers(original);
	return true;
}

// *port gets the port of the new socket.
static bool replace_by(const struct reported_call *call, const struct original *original, int socket, unsigned *port)
{
	const bool has_route = call->connects && original->is_home;
	const struct sockaddr *destination = has_route ? (const struct sockaddr *)&call->to : NULL;
	if (socket < 0)
		return false;
	bool done = socket_state_bind(original->socket, socket, destination, call->to_length);
	if (done) {
		socket_state_copy(original->socket, socket);
		*port = socket_state_port(socket);
		done = replace(call, original, socket);
	}
	close(socket);
	return done;
}

// The interface of a link-local server, if there is such a one; otherwise 0.
static unsigned scope_of(const struct reported_call *call)
{
	const struct sockaddr_in6 *to = (const struct sockaddr_in6 *)&call->to;
	char name[IF_NAMESIZE];
	const bool has_scope = to->sin6_family == AF_INET6 && call->to_length >= sizeof(*to) &&
		IN6_IS_ADDR_LINKLOCAL(&to->sin6_addr) && if_indextoname(to->sin6_scope_id, name) != NULL;
	return has_scope ? to->sin6_scope_id : 0;
}

// The socket that takes the place of the original; -1: there can be none.
static int make_socket(const struct reported_call *call, const struct original *original)
{
	if (!call->asks)
		return process_has_same(call->thread, "net") ? socket(original->domain, original->type | SOCK_CLOEXEC, 0) : -1;
	if (!is_replaceable(original) || socket_state_port(original->socket) == DNS_PORT)
		return -1;
	return private_network_socket(call->network, original->domain, original->type, scope_of(call));
}

static bool swap_original(const struct reported_call *call, const struct original *original)
{
	unsigned port;
	if (original->is_private && call->asks && scope_of(call) != 0)
		file_close(private_network_socket(call->network, AF_INET6, SOCK_DGRAM, scope_of(call)));
	if (original->is_private == call->asks || ignores_port(original))
		return true;
	if (!replace_by(call, original, make_socket(call, original), &port))
		return false;
	if (call->asks)
		private_network_note_client(call->network, original->type == SOCK_STREAM, (uint16_t)port,
			read_status(call->thread, "Tgid: %d", call->thread));
	atomic_store(&call->network->is_used, true);
	return true;
}

// One at a time, since threads may use one socket. The kernel reports a bad descriptor itself.
bool swap_socket(const struct reported_call *call)
{
	static pthread_mutex_t swapping = PTHREAD_MUTEX_INITIALIZER;
	struct original original;
	pthread_mutex_lock(&swapping);
	const bool done =
		open_original(call, &original) ? swap_original(call, &original) : errno == EBADF || errno == ENOTSOCK;
	file_close(original.socket);
	file_close(original.pidfd);
	pthread_mutex_unlock(&swapping);
	return done;
}
