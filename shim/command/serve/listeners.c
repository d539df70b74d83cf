// SPDX-License-Identifier: MIT
#include "shim/command/serve/listeners.h"

#include <errno.h>
#include <linux/in6.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/base/ascii.h"
#include "config/base/file.h"
#include "config/base/network.h"
#include "config/mistakes.h"
#include "shim/command/libc_query.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

#define UNIX "unix:"
#define DEFAULT_PORT 53
#define UNPRIVILEGED_PORT 5353
#define RECEIVE_BUFFER (4 * 1024 * 1024)
#define BACKLOG 4096         // connections that wait to be accepted; the kernel lowers it to net.core.somaxconn
#define FREE_PORT_TRIES 100  // until a port is found that is free for UDP and for TCP

// "ADDRESS:0" and "ADDRESS#0" ask for a free port, which is not a valid port of a server.
static bool read_address(const char *word, struct address *out)
{
	const size_t length = strlen(word);
	char text[ADDRESS_TEXT_SIZE];
	if (address_read_server(word, DEFAULT_PORT, out))
		return true;
	if (length == 0 || word[length - 1] != '0' || !ascii_copy(text, sizeof(text), word, length))
		return false;
	text[length - 1] = '1';
	const bool is_free_port = address_read_server(text, DEFAULT_PORT, out) && out->port == 1;
	out->port = 0;
	return is_free_port;
}

static bool read_path(const char *word, struct address *out, struct problem *problem)
{
	char *path = file_absolute_path(word + strlen(UNIX), NULL);
	char *text = path != NULL ? text_format(UNIX "%s", path) : NULL;
	if (text == NULL)
		problem_set(problem, "--serve %s: %m", word);
	else if (word[strlen(UNIX)] == '\0' || !address_read_server(text, 0, out))
		problem_set(problem, "--serve: expected " UNIX "PATH with a path of 1 to %zu bytes, got %s",
			sizeof((struct sockaddr_un *)NULL)->sun_path - 1, word);
	free(path);
	free(text);
	return out->family == AF_UNIX;
}

static bool read_listener(const char *word, struct listener *out, struct problem *problem)
{
	const char *colon = strrchr(word, ':');
	*out = (struct listener){.socket = -1};
	if (strncmp(word, UNIX, strlen(UNIX)) == 0)
		return read_path(word, &out->address, problem);
	if (mistake_is_port(word))
		return problem_set(
			problem, "--serve: expected [%.*s]%s, with brackets, got %s", (int)(colon - word), word, colon, word);
	return read_address(word, &out->address) ||
		problem_set(problem, "--serve: expected ADDRESS[:PORT] or " UNIX "PATH, such as 127.0.0.1:5353, got %s", word);
}

bool listeners_read(char *const *words, size_t count, struct listeners *out, struct problem *problem)
{
	*out = (struct listeners){.list = calloc(count, sizeof(*out->list))};
	if (out->list == NULL)
		return problem_out_of_memory(problem);
	for (size_t i = 0; i < count; i++)
		if (!read_listener(words[i], &out->list[out->count++], problem))
			return false;
	return true;
}

static bool set_option(int descriptor, int level, int option)
{
	return setsockopt(descriptor, level, option, &(int){1}, sizeof(int)) == 0;
}

// Room for a burst of queries. Where the kernel's limit is lower and we may not exceed it, that limit applies.
static void enlarge_buffer(int descriptor)
{
	const int size = RECEIVE_BUFFER;
	if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

// With a wildcard address the kernel reports for each datagram to which address it was sent; the reply must come from
// there.
static bool set_options(int descriptor, const struct address *address, int type)
{
	const bool is_ipv6 = address->family == AF_INET6;
	if (is_ipv6 && !set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY))
		return false;
	if (type == SOCK_STREAM)
		return set_option(descriptor, SOL_SOCKET, SO_REUSEADDR);
	return !address_is_wildcard(address) ||
		(is_ipv6 ? set_option(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO)
				 : set_option(descriptor, IPPROTO_IP, IP_PKTINFO));
}

static int open_socket(const struct address *address, int type)
{
	return socket(address->family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

// Binds the socket and listens. Returns it, or -1 with errno.
static int bind_socket(int descriptor, const struct address *address, int type, bool is_shared)
{
	struct sockaddr_storage sockaddr;
	const socklen_t length = address_to_sockaddr(address, &sockaddr);
	if (descriptor < 0)
		return -1;
	if ((!is_shared || set_option(descriptor, SOL_SOCKET, SO_REUSEPORT)) && set_options(descriptor, address, type) &&
		bind(descriptor, (struct sockaddr *)&sockaddr, length) == 0 &&
		(type == SOCK_DGRAM || listen(descriptor, BACKLOG) == 0))
		return descriptor;
	file_close(descriptor);
	return -1;
}

static bool cannot_listen(const struct address *address, struct problem *problem)
{
	char text[ADDRESS_TEXT_SIZE], other[ADDRESS_TEXT_SIZE];
	address_write_with_port(address, text);
	if (errno == EACCES && address->family != AF_UNIX && address->port < 1024) {
		struct address higher = *address;
		higher.port = UNPRIVILEGED_PORT;
		return problem_set(problem, "--serve %s: %m: ports below 1024 are for root; expected one such as %s", text,
			address_write_with_port(&higher, other));
	}
	const char *why = errno == EADDRNOTAVAIL ? ": it is not an address of this machine"
		: errno == EEXIST                    ? ": it is not a socket"
											 : "";
	return problem_set(problem, "--serve %s: %m%s", text, why);
}

// Binds both sockets without sharing, so that another server at the address is noticed, and closes them again. The
// chosen port is written to *address.
static bool try_address(struct address *address)
{
	struct address bound = *address;
	const int datagram = bind_socket(open_socket(address, SOCK_DGRAM), address, SOCK_DGRAM, false);
	if (datagram < 0)
		return false;
	if (address->port == 0)
		address_of_socket(datagram, &bound);
	const int stream = bind_socket(open_socket(&bound, SOCK_STREAM), &bound, SOCK_STREAM, false);
	file_close(datagram);
	file_close(stream);
	if (stream < 0)
		return false;
	address->port = bound.port;
	return true;
}

static bool find_address(struct address *address)
{
	for (int tries = address->port == 0 ? FREE_PORT_TRIES : 1; tries > 0; tries--)
		if (try_address(address))
			return true;
	return false;
}

// Does a process listen on the socket of that path? Only a connection that is refused proves that none does.
static bool is_live(const struct address *address)
{
	struct sockaddr_storage sockaddr;
	const socklen_t length = address_to_sockaddr(address, &sockaddr);
	const int descriptor = open_socket(address, SOCK_SEQPACKET);
	const bool is_live = descriptor < 0 || connect(descriptor, (struct sockaddr *)&sockaddr, length) == 0 ||
		(errno != ECONNREFUSED && errno != ENOENT);
	file_close(descriptor);
	return is_live;
}

static bool remove_stale(const struct address *address)
{
	struct stat status;
	if (lstat(address->path, &status) != 0)
		return errno == ENOENT;
	errno = S_ISSOCK(status.st_mode) ? EADDRINUSE : EEXIST;
	return S_ISSOCK(status.st_mode) && !is_live(address) && unlink(address->path) == 0;
}

// Notes which file the socket has, for later: another server may replace it.
static bool bind_path(struct listener *listener)
{
	const struct address *address = &listener->address;
	struct stat status;
	const mode_t mask = umask(0177);
	if (remove_stale(address))
		listener->socket = bind_socket(open_socket(address, SOCK_SEQPACKET), address, SOCK_SEQPACKET, false);
	umask(mask);
	if (listener->socket < 0 || lstat(address->path, &status) != 0)
		return false;
	listener->device = status.st_dev;
	listener->inode = status.st_ino;
	return true;
}

bool listeners_bind(struct listeners *listeners, struct problem *problem)
{
	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *listener = &listeners->list[i];
		if (!(listener->address.family == AF_UNIX ? bind_path(listener) : find_address(&listener->address)))
			return cannot_listen(&listener->address, problem);
	}
	return true;
}

int listener_open(const struct listeners *listeners, const struct listener *listener, int type, struct problem *problem)
{
	const struct address *address = &listener->address;
	int descriptor = listeners->make_socket == NULL ? open_socket(address, type)
													: listeners->make_socket(address->family, type | SOCK_NONBLOCK);
	// Replies leave from any address.
	if (listeners->make_socket != NULL && descriptor >= 0 && address->family == AF_INET6)
		set_option(descriptor, IPPROTO_IPV6, IPV6_FREEBIND);
	descriptor = bind_socket(descriptor, address, type, true);
	if (descriptor < 0)
		cannot_listen(address, problem);
	else if (type == SOCK_DGRAM)
		enlarge_buffer(descriptor);
	return descriptor;
}

void listeners_write(const struct listeners *listeners, FILE *out)
{
	char text[ADDRESS_TEXT_SIZE];
	for (size_t i = 0; i < listeners->count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : "", address_write_with_port(&listeners->list[i].address, text));
}

// The address that the kernel takes for it: connect(2) to a wildcard address reaches loopback.
static struct address reached(const struct address *server)
{
	static const uint8_t ipv4_loopback[] = {127, 0, 0, 1}, ipv6_loopback[16] = {[15] = 1};
	const bool is_ipv4 = server->family == AF_INET || address_is_mapped(server);
	struct address address = *server;
	if (address_is_mapped(server))
		address = address_from_bytes(AF_INET, server->bytes + 12);
	if (address_is_wildcard(&address))
		address = address_from_bytes(address.family, is_ipv4 ? ipv4_loopback : ipv6_loopback);
	address.port = server->port;
	return address;
}

// The kernel sends from the address itself to an address of this machine, but from 127.0.0.1 to all of 127.0.0.0/8.
// Nothing is sent.
static bool is_of_this_machine(const struct address *address)
{
	struct sockaddr_storage sockaddr;
	const socklen_t length = address_to_sockaddr(address, &sockaddr);
	struct address source = {.family = AF_UNSPEC};
	const int descriptor = socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const bool is_known = descriptor >= 0 && connect(descriptor, (struct sockaddr *)&sockaddr, length) == 0 &&
		address_of_socket(descriptor, &source);
	file_close(descriptor);
	source.port = address->port;
	return network_is_loopback(address) || (is_known && address_equal(&source, address));
}

static bool is_its_file(const struct listener *listener, const struct stat *status)
{
	return listener->device == status->st_dev && listener->inode == status->st_ino;
}

static bool has_address(const struct listener *listener, const struct address *server)
{
	const struct address *address = &listener->address;
	struct stat status;
	if (address->family != server->family || address->port != server->port)
		return false;
	if (server->family == AF_UNIX)
		return stat(server->path, &status) == 0 && is_its_file(listener, &status);
	return address_equal(address, server) || (address_is_wildcard(address) && is_of_this_machine(server));
}

bool listeners_have(const struct listeners *listeners, const struct address *server)
{
	const struct address address = reached(server);
	bool is_found = false;
	for (size_t i = 0; i < listeners->count && listeners->make_socket == NULL && !is_found; i++)
		is_found = has_address(&listeners->list[i], &address);
	return is_found;
}

bool listeners_have_system(const struct listeners *listeners, struct address *out)
{
	struct address servers[LIBC_QUERY_SERVERS_MAX];
	const size_t count = libc_query_servers(servers);
	for (size_t i = 0; i < count; i++) {
		if (!listeners_have(listeners, &servers[i]))
			continue;
		*out = servers[i];
		return true;
	}
	return false;
}

void listeners_clear(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++) {
		const struct listener *listener = &listeners->list[i];
		struct stat status;
		if (listener->socket < 0)
			continue;
		file_close(listener->socket);
		if (lstat(listener->address.path, &status) == 0 && is_its_file(listener, &status))
			unlink(listener->address.path);
	}
	free(listeners->list);
	*listeners = (struct listeners){.list = NULL};
}
