// SPDX-License-Identifier: MIT
// A program with a resolver of its own, in unusual states of its sockets, for withdns --reach: reach_traps CASE. Port
// 53 of SERVER and SERVER6 is to be answered by the settings (app.test is 192.0.2.1); port 9999 replies "elsewhere" to
// all.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "tests/preload/guest.h"

#define SERVER "198.51.100.53"
#define SERVER6 "2001:db8:53::53"
#define OTHER "198.51.100.7"
#define OWN "192.0.2.9"
#define OWN6 "2001:db8:9::9"
#define OTHER_PORT 9999
#define QUERY_SIZE 26
#define PATIENCE_MS 3000

// app.test, class IN, type A.
static const unsigned char query[QUERY_SIZE + 1] = "\x12\x34\1\0\0\1\0\0\0\0\0\0\3app\4test\0\0\1\0\1";

union where {
	struct sockaddr any;
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
	struct sockaddr_storage storage;
};

static union where place(const char *address, int port)
{
	union where where = {.ipv4 = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)}};
	if (inet_pton(AF_INET, address, &where.ipv4.sin_addr) == 1)
		return where;
	where = (union where){.ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons((in_port_t)port)}};
	inet_pton(AF_INET6, address, &where.ipv6.sin6_addr);
	return where;
}

static socklen_t size_of(const union where *where)
{
	return where->any.sa_family == AF_INET6 ? sizeof(where->ipv6) : sizeof(where->ipv4);
}

static int connect_to(int descriptor, const char *address, int port)
{
	const union where where = place(address, port);
	return connect(descriptor, &where.any, size_of(&where));
}

static int disconnect(int descriptor)
{
	const struct sockaddr nothing = {.sa_family = AF_UNSPEC};
	return connect(descriptor, &nothing, sizeof(nothing));
}

static bool sends_to(int descriptor, const char *address, int port)
{
	const union where where = place(address, port);
	return sendto(descriptor, query, QUERY_SIZE, 0, &where.any, size_of(&where)) == QUERY_SIZE;
}

static bool bind_to(int descriptor, const char *address, int port)
{
	const union where where = place(address, port);
	return bind(descriptor, &where.any, size_of(&where)) == 0;
}

static bool has_own(int descriptor, const char *address)
{
	union where where;
	char text[INET6_ADDRSTRLEN];
	socklen_t length = sizeof(where);
	if (getsockname(descriptor, &where.any, &length) != 0)
		return false;
	const void *bytes = where.any.sa_family == AF_INET6 ? (void *)&where.ipv6.sin6_addr : (void *)&where.ipv4.sin_addr;
	inet_ntop(where.any.sa_family, bytes, text, sizeof(text));
	return expect(strcmp(text, address) == 0, text);
}

static bool becomes_readable(int descriptor, int milliseconds)
{
	struct pollfd polled = {.fd = descriptor, .events = POLLIN};
	return poll(&polled, 1, milliseconds) == 1;
}

static bool is_answer(const unsigned char *bytes, ssize_t length)
{
	const uint32_t wanted = htonl(ADDRESS);
	return length > QUERY_SIZE && bytes[0] == query[0] && memcmp(bytes + length - 4, &wanted, 4) == 0;
}

// The chosen answer arrives.
static bool is_answered(int descriptor)
{
	unsigned char bytes[512];
	return becomes_readable(descriptor, PATIENCE_MS) && is_answer(bytes, recv(descriptor, bytes, sizeof(bytes), 0));
}

static bool is_answered_elsewhere(int descriptor)
{
	char bytes[512];
	return becomes_readable(descriptor, PATIENCE_MS) && recv(descriptor, bytes, sizeof(bytes), 0) == 9 &&
		memcmp(bytes, "elsewhere", 9) == 0;
}

static int udp(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

static int tcp(int flags)
{
	return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}

static bool writes_over_tcp(int descriptor)
{
	unsigned char bytes[QUERY_SIZE + 2] = {0, QUERY_SIZE};
	memcpy(bytes + 2, query, QUERY_SIZE);
	return write(descriptor, bytes, sizeof(bytes)) == sizeof(bytes);
}

static bool reads_over_tcp(int descriptor)
{
	unsigned char bytes[514];
	return becomes_readable(descriptor, PATIENCE_MS) && recv(descriptor, bytes, 2, MSG_WAITALL) == 2 &&
		is_answer(bytes, recv(descriptor, bytes, sizeof(bytes), 0));
}

// ---- addresses ----

static bool own_addresses(void)
{
	const int four = udp(), six = socket(AF_INET6, SOCK_DGRAM, 0), mapped = socket(AF_INET6, SOCK_DGRAM, 0);
	return connect_to(four, SERVER, 53) == 0 && has_own(four, OWN) && connect_to(six, SERVER6, 53) == 0 &&
		has_own(six, OWN6) && connect_to(mapped, "::ffff:" SERVER, 53) == 0 && has_own(mapped, "::ffff:" OWN);
}

// An IPv6 socket that is connected to an IPv4 address.
static bool address_of_other_family(void)
{
	const int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
	return expect(connect_to(descriptor, SERVER, 53) == 0, "it connects") && has_own(descriptor, "::ffff:" OWN) &&
		expect(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(descriptor), "it is answered");
}

// sendto(2) on an IPv4 socket takes AF_UNSPEC for AF_INET.
static bool unspecified_family(void)
{
	union where where = place(SERVER, 53);
	const int descriptor = udp();
	where.any.sa_family = AF_UNSPEC;
	return expect(sendto(descriptor, query, QUERY_SIZE, 0, &where.any, sizeof(where.ipv4)) == QUERY_SIZE, "it sends") &&
		expect(is_answered(descriptor), "it is answered");
}

static bool scoped_address(void)
{
	union where where = place("fe80::1", 53);
	const int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
	where.ipv6.sin6_scope_id = 1;
	return expect(connect(descriptor, &where.any, sizeof(where.ipv6)) == 0, "fe80::1%lo connects") &&
		expect(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(descriptor), "it is answered");
}

// Another interface than lo, after a server that has no scope, or over TCP.
static bool scoped_interface(void)
{
	union where where = place("fe80::53", 53);
	const int connected = socket(AF_INET6, SOCK_DGRAM, 0), sent = socket(AF_INET6, SOCK_DGRAM, 0);
	const int stream = socket(AF_INET6, SOCK_STREAM, 0);
	where.ipv6.sin6_scope_id = if_nametoindex("scoped");
	return expect(
			   connect(connected, &where.any, sizeof(where.ipv6)) == 0 && has_own(connected, "fe80::9"), "connect") &&
		expect(send(connected, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(connected), "it is answered") &&
		expect(sends_to(sent, SERVER6, 53) && is_answered(sent), "no scope") &&
		expect(sendto(sent, query, QUERY_SIZE, 0, &where.any, sizeof(where.ipv6)) == QUERY_SIZE && is_answered(sent),
			"then one") &&
		expect(connect(stream, &where.any, sizeof(where.ipv6)) == 0 && has_own(stream, "fe80::9"), "TCP") &&
		expect(writes_over_tcp(stream) && reads_over_tcp(stream), "it is answered over TCP");
}

// Nothing leaves, whatever the scope.
static bool scoped_elsewhere(void)
{
	union where where = place("fe80::1", 53);
	const int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
	where.ipv6.sin6_scope_id = 4711;
	return expect(connect(descriptor, &where.any, sizeof(where.ipv6)) != 0, "a scope that is not there fails");
}

static bool bound_sockets(void)
{
	const int descriptor = udp(), stream = tcp(0), six = socket(AF_INET6, SOCK_DGRAM, 0);
	return expect(bind_to(descriptor, OWN, 4001) && bind_to(stream, OWN, 4002) && bind_to(six, OWN6, 4003),
			   "they are bound") &&
		expect(connect_to(descriptor, SERVER, 53) == 0 && has_own(descriptor, OWN), "UDP") &&
		expect(connect_to(stream, SERVER, 53) == 0 && has_own(stream, OWN), "TCP") &&
		expect(writes_over_tcp(stream) && reads_over_tcp(stream), "TCP is answered") &&
		expect(connect_to(six, SERVER6, 53) == 0 && has_own(six, OWN6), "IPv6") &&
		expect(send(six, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(six), "IPv6 is answered");
}

// A port of the program is free again once its socket is one of the private network.
static bool same_port_again(void)
{
	for (int i = 0; i < 3; i++) {
		const int descriptor = udp();
		if (!expect(bind_to(descriptor, OWN, 4004), "the port is free") ||
			!expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "it is answered"))
			return false;
	}
	return true;
}

// A server that is asked from port 53 would be replaced by its reply.
static bool server_at_port_53(void)
{
	const int descriptor = udp(), on = 1;
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return !bind_to(descriptor, OWN, 53) ||
		(expect(!sends_to(descriptor, SERVER, 53) && errno == EPERM, "EPERM for port 53") &&
			expect(
				sends_to(descriptor, OTHER, OTHER_PORT) && is_answered_elsewhere(descriptor), "it can send elsewhere"));
}

// ---- epoll ----

static bool wakes(int set, uint64_t data)
{
	struct epoll_event event = {.data.u64 = 0};
	return expect(epoll_wait(set, &event, 1, PATIENCE_MS) == 1, "an event") &&
		expect(event.data.u64 == data && (event.events & EPOLLIN) != 0, "with its data");
}

static bool epoll_sets(void)
{
	static const uint32_t kinds[] = {
		EPOLLIN, EPOLLIN | EPOLLET, EPOLLIN | EPOLLONESHOT, EPOLLIN | EPOLLET | EPOLLONESHOT};
	const size_t count = sizeof(kinds) / sizeof(*kinds);
	const int descriptor = udp();
	struct epoll_event event;
	int sets[4], quiet;
	for (size_t i = 0; i < count; i++) {
		event = (struct epoll_event){.events = kinds[i], .data.u64 = 0x1122334455667700 + i};
		sets[i] = epoll_create1(EPOLL_CLOEXEC);
		epoll_ctl(sets[i], EPOLL_CTL_ADD, descriptor, &event);
	}
	if (!expect(sends_to(descriptor, SERVER, 53), "it sends"))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!wakes(sets[i], 0x1122334455667700 + i))
			return false;
	quiet = epoll_wait(sets[0], &event, 1, 0) == 1 && epoll_wait(sets[1], &event, 1, 50) == 0 &&
		epoll_wait(sets[2], &event, 1, 50) == 0;
	event = (struct epoll_event){.events = EPOLLIN, .data.u64 = 5};
	return expect(quiet, "level, edge and one shot are kept") && expect(is_answered(descriptor), "it is answered") &&
		expect(epoll_ctl(sets[2], EPOLL_CTL_MOD, descriptor, &event) == 0, "it can be changed") &&
		expect(epoll_ctl(sets[0], EPOLL_CTL_DEL, descriptor, NULL) == 0, "it can be removed") &&
		expect(sends_to(descriptor, SERVER, 53) && wakes(sets[2], 5), "the changed entry counts");
}

static void *wait_for_event(void *argument)
{
	return wakes(*(int *)argument, 7) ? argument : NULL;
}

static bool epoll_waiter(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 7};
	int set = epoll_create1(EPOLL_CLOEXEC);
	const int descriptor = udp();
	pthread_t thread;
	void *result;
	epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event);
	pthread_create(&thread, NULL, wait_for_event, &set);
	usleep(50000);
	const bool sent = sends_to(descriptor, SERVER, 53);
	pthread_join(thread, &result);
	return sent && result != NULL;
}

// ---- descriptors ----

static bool close_on_exec(void)
{
	const int kept = socket(AF_INET, SOCK_DGRAM, 0), closed = udp(), copy = dup(closed);
	if (!sends_to(kept, SERVER, 53) || !sends_to(closed, SERVER, 53))
		return false;
	return expect((fcntl(kept, F_GETFD) & FD_CLOEXEC) == 0, "absent") &&
		expect((fcntl(closed, F_GETFD) & FD_CLOEXEC) != 0, "kept") &&
		expect((fcntl(copy, F_GETFD) & FD_CLOEXEC) == 0, "of a copy");
}

static bool copies(void)
{
	const int descriptor = udp(), one = dup(descriptor), other = fcntl(descriptor, F_DUPFD, 100);
	return expect(sends_to(one, SERVER, 53), "it sends") && expect(is_answered(other), "a copy is answered") &&
		expect(
			connect_to(other, SERVER, 53) == 0 && send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE, "connected") &&
		expect(is_answered(one), "all are one socket");
}

struct option_case {
	int level, name, value;
};

static bool options_are_kept(void)
{
	static const struct option_case cases[] = {{SOL_SOCKET, SO_KEEPALIVE, 1}, {SOL_SOCKET, SO_BROADCAST, 1},
		{SOL_SOCKET, SO_TIMESTAMP, 1}, {SOL_SOCKET, SO_PRIORITY, 3}, {SOL_SOCKET, SO_REUSEPORT, 1},
		{SOL_SOCKET, SO_RCVLOWAT, 2}, {IPPROTO_IP, IP_RECVERR, 1}, {IPPROTO_IP, IP_PKTINFO, 1}, {IPPROTO_IP, IP_TTL, 9},
		{IPPROTO_IP, IP_TOS, 16}, {IPPROTO_IP, IP_RECVTTL, 1}, {IPPROTO_IP, IP_RECVTOS, 1},
		{IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO}, {IPPROTO_IPV6, IPV6_V6ONLY, 1}, {IPPROTO_IPV6, IPV6_RECVERR, 1},
		{IPPROTO_IPV6, IPV6_RECVPKTINFO, 1}, {IPPROTO_IPV6, IPV6_UNICAST_HOPS, 7}, {IPPROTO_IPV6, IPV6_TCLASS, 8},
		{IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1}, {IPPROTO_IPV6, IPV6_RECVTCLASS, 1},
		{IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DO}, {IPPROTO_TCP, TCP_NODELAY, 1},
		{IPPROTO_TCP, TCP_USER_TIMEOUT, 5000}, {IPPROTO_TCP, TCP_KEEPIDLE, 77}};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const bool is_ipv6 = cases[i].level == IPPROTO_IPV6, is_stream = cases[i].level == IPPROTO_TCP;
		const int descriptor = socket(is_ipv6 ? AF_INET6 : AF_INET, is_stream ? SOCK_STREAM : SOCK_DGRAM, 0);
		socklen_t length = sizeof(int);
		int value = 0;
		if (setsockopt(descriptor, cases[i].level, cases[i].name, &cases[i].value, sizeof(int)) != 0)
			return expect(false, "the option can be set");
		connect_to(descriptor, is_ipv6 ? SERVER6 : SERVER, 53);
		getsockopt(descriptor, cases[i].level, cases[i].name, &value, &length);
		if (value != cases[i].value) {
			printf("option %d of level %d is %d\n", cases[i].name, cases[i].level, value);
			return false;
		}
		close(descriptor);
	}
	return true;
}

static bool flags_and_buffers(void)
{
	const struct timeval limit = {.tv_usec = 100000};
	const int descriptor = udp(), size = 65536;
	int before, after;
	socklen_t length = sizeof(int);
	char byte;
	fcntl(descriptor, F_SETFL, O_NONBLOCK);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &before, &length);
	connect_to(descriptor, SERVER, 53);
	getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &after, &length);
	if (!expect((fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0, "O_NONBLOCK") || !expect(before == after, "SO_RCVBUF"))
		return false;
	fcntl(descriptor, F_SETFL, 0);
	return expect(recv(descriptor, &byte, 1, 0) < 0 && errno == EAGAIN, "SO_RCVTIMEO");
}

static bool shared_with_child(void)
{
	const int descriptor = udp();
	int status;
	const pid_t child = fork();
	if (child == 0)
		_exit(sends_to(descriptor, SERVER, 53) && is_answered(descriptor) ? 0 : 1);
	waitpid(child, &status, 0);
	return expect(status == 0, "the child is answered") &&
		expect(send(descriptor, query, QUERY_SIZE, 0) < 0, "the parent's is not connected") &&
		expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "the parent is answered");
}

// The child asks by the socket of the parent, and then by one of its own at the same number.
static bool connected_before_fork(void)
{
	const int descriptor = udp(), stream = tcp(0);
	int status;
	if (!expect(connect_to(descriptor, SERVER, 53) == 0 && connect_to(stream, SERVER, 53) == 0, "they are connected"))
		return false;
	const pid_t child = fork();
	if (child == 0)
		_exit(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(descriptor) &&
					writes_over_tcp(stream) && reads_over_tcp(stream) &&
					dup3(udp(), descriptor, O_CLOEXEC) == descriptor && sends_to(descriptor, OTHER, 53) &&
					is_answered(descriptor)
				? 0
				: 1);
	waitpid(child, &status, 0);
	return expect(status == 0, "the child is answered") &&
		expect(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(descriptor), "the parent is") &&
		expect(writes_over_tcp(stream) && reads_over_tcp(stream), "over TCP, too");
}

#define ASKERS 8

static pthread_barrier_t start_line;

static void *ask_at_once(void *argument)
{
	pthread_barrier_wait(&start_line);
	return sends_to(*(int *)argument, SERVER, 53) ? argument : NULL;
}

// Threads that ask by one socket at once: none replaces the socket by which another one has asked.
static bool threads_ask_at_once(void)
{
	pthread_t threads[ASKERS];
	pthread_barrier_init(&start_line, NULL, ASKERS);
	for (int round = 0; round < 100; round++) {
		int descriptor = udp();
		for (int i = 0; i < ASKERS; i++)
			pthread_create(&threads[i], NULL, ask_at_once, &descriptor);
		for (int i = 0; i < ASKERS; i++) {
			void *result;
			pthread_join(threads[i], &result);
			if (!expect(result != NULL, "it sends"))
				return false;
		}
		for (int i = 0; i < ASKERS; i++)
			if (!expect(is_answered(descriptor), "each is answered"))
				return false;
		close(descriptor);
	}
	return true;
}

static void *use_own_table(void *argument)
{
	const int number = *(int *)argument;
	if (unshare(CLONE_FILES) != 0)
		return NULL;
	if (dup3(udp(), number, O_CLOEXEC) != number || !sends_to(number, SERVER, 53) || !is_answered(number))
		return NULL;
	return argument;
}

static bool own_table(void)
{
	int number = open("/dev/null", O_RDONLY | O_CLOEXEC);
	pthread_t thread;
	void *result;
	char byte;
	pthread_create(&thread, NULL, use_own_table, &number);
	pthread_join(thread, &result);
	return expect(result != NULL, "the thread is answered") &&
		expect(read(number, &byte, 1) == 0, "the descriptor of the other threads is what it was");
}

// ---- swapped and back ----

static bool goes_elsewhere(void)
{
	const int descriptor = udp();
	return expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "asked") &&
		expect(sends_to(descriptor, OTHER, OTHER_PORT) && is_answered_elsewhere(descriptor), "elsewhere") &&
		expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "asked again");
}

static bool connects_elsewhere(void)
{
	const int descriptor = udp();
	return expect(connect_to(descriptor, "127.0.0.1", 53) == 0 && has_own(descriptor, "127.0.0.1"), "asked") &&
		expect(disconnect(descriptor) == 0, "disconnected") &&
		expect(connect_to(descriptor, OTHER, OTHER_PORT) == 0 && has_own(descriptor, OWN), "elsewhere") &&
		expect(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered_elsewhere(descriptor), "answered") &&
		expect(connect_to(descriptor, SERVER, 53) == 0 && has_own(descriptor, OWN), "asked again") &&
		expect(send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE && is_answered(descriptor), "answered again");
}

static bool stream_elsewhere(void)
{
	const int descriptor = tcp(0);
	char bytes[16];
	return expect(connect_to(descriptor, SERVER, 53) == 0 && writes_over_tcp(descriptor) && reads_over_tcp(descriptor),
			   "asked") &&
		expect(disconnect(descriptor) == 0 && connect_to(descriptor, OTHER, OTHER_PORT) == 0, "elsewhere") &&
		expect(becomes_readable(descriptor, PATIENCE_MS) && read(descriptor, bytes, sizeof(bytes)) == 9, "answered");
}

// TCP ignores the address that is given to sendto(2) once it is connected.
static bool connected_stream(void)
{
	const int descriptor = tcp(0);
	char bytes[16];
	if (connect_to(descriptor, OTHER, OTHER_PORT) != 0)
		return false;
	return expect(connect_to(descriptor, SERVER, 53) != 0 && errno == EISCONN, "EISCONN") &&
		expect(sends_to(descriptor, SERVER, 53), "it sends") &&
		expect(
			becomes_readable(descriptor, PATIENCE_MS) && read(descriptor, bytes, sizeof(bytes)) == 9, "it is intact");
}

// ---- several messages ----

static int send_two(int descriptor, union where *one, union where *other)
{
	struct iovec part = {(void *)(uintptr_t)query, QUERY_SIZE};
	struct mmsghdr messages[2] = {{.msg_hdr = {one, size_of(one), &part, 1, NULL, 0, 0}},
		{.msg_hdr = {other, size_of(other), &part, 1, NULL, 0, 0}}};
	return sendmmsg(descriptor, messages, 2, 0);
}

static bool messages_to_servers(void)
{
	union where one = place(SERVER, 53), other = place(OTHER, 53);
	const int descriptor = udp();
	return expect(send_two(descriptor, &one, &other) == 2, "two are sent") &&
		expect(is_answered(descriptor) && is_answered(descriptor), "two are answered");
}

static bool messages_to_both(void)
{
	union where server = place(SERVER, 53), other = place(OTHER, OTHER_PORT);
	return expect(send_two(udp(), &server, &other) < 0 && errno == EPERM, "EPERM if port 53 is first") &&
		expect(send_two(udp(), &other, &server) < 0 && errno == EPERM, "EPERM if it is last");
}

// ---- TCP ----

static bool fast_open(void)
{
	const union where where = place(SERVER, 53);
	unsigned char bytes[QUERY_SIZE + 2] = {0, QUERY_SIZE};
	const int descriptor = tcp(0), second = tcp(0), on = 1;
	memcpy(bytes + 2, query, QUERY_SIZE);
	if (!expect(sendto(descriptor, bytes, sizeof(bytes), MSG_FASTOPEN, &where.any, sizeof(where.ipv4)) == sizeof(bytes),
			"MSG_FASTOPEN sends") ||
		!expect(reads_over_tcp(descriptor), "it is answered"))
		return false;
	setsockopt(second, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on));
	return expect(connect_to(second, SERVER, 53) == 0 && writes_over_tcp(second) && reads_over_tcp(second),
		"TCP_FASTOPEN_CONNECT is answered");
}

static bool nonblocking_stream(void)
{
	const int descriptor = tcp(SOCK_NONBLOCK);
	struct pollfd polled = {.fd = descriptor, .events = POLLOUT};
	int error = 1;
	socklen_t length = sizeof(error);
	if (!expect(connect_to(descriptor, SERVER, 53) == 0 || errno == EINPROGRESS, "EINPROGRESS"))
		return false;
	return expect(poll(&polled, 1, PATIENCE_MS) == 1, "it is writable") &&
		expect(getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0, "it is connected") &&
		expect(connect_to(descriptor, SERVER, 53) == 0 || errno == EISCONN, "EISCONN") &&
		expect(writes_over_tcp(descriptor) && reads_over_tcp(descriptor), "it is answered");
}

// ---- threads that wait ----

static int shared_socket;

static void *receive(void *argument)
{
	unsigned char bytes[512];
	for (int i = 0; i < 3; i++)
		if (is_answer(bytes, recv(shared_socket, bytes, sizeof(bytes), 0)))
			return argument;
	return NULL;
}

static void *poll_and_receive(void *argument)
{
	unsigned char bytes[512];
	for (int i = 0; i < 3; i++)
		if (becomes_readable(shared_socket, PATIENCE_MS) &&
			is_answer(bytes, recv(shared_socket, bytes, sizeof(bytes), MSG_DONTWAIT)))
			return argument;
	return NULL;
}

static bool thread_is_answered(void *(*run)(void *), bool is_bound)
{
	pthread_t thread;
	void *result;
	shared_socket = udp();
	if (is_bound)
		bind_to(shared_socket, "0.0.0.0", 0);
	pthread_create(&thread, NULL, run, &shared_socket);
	usleep(100000);
	const bool sent = sends_to(shared_socket, SERVER, 53);
	alarm(10);
	pthread_join(thread, &result);
	alarm(0);
	close(shared_socket);
	return sent && result != NULL;
}

static bool waiting_receiver(void)
{
	return expect(thread_is_answered(receive, true), "one that waits in recv(2)") &&
		expect(thread_is_answered(receive, false), "on a socket that is not bound") &&
		expect(thread_is_answered(poll_and_receive, true), "one that waits in poll(2)");
}

// ---- processes ----

static bool vfork_child(void)
{
	int status = 1;
	const int descriptor = udp();
	const pid_t child = vfork();
	if (child == 0)
		_exit(connect_to(descriptor, SERVER, 53) == 0 && send(descriptor, query, QUERY_SIZE, 0) == QUERY_SIZE &&
					is_answered(descriptor)
				? 0
				: 1);
	waitpid(child, &status, 0);
	return expect(status == 0, "it is answered");
}

static void on_alarm(int signal)
{
	(void)signal;
}

// How many calls of 4000 ended with EINTR, under a timer of 2 kHz.
static int interrupted_calls(int flags)
{
	const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	const struct itimerval timer = {{0, 500}, {0, 500}}, none = {{0, 0}, {0, 0}};
	int count = 0, others = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	for (int i = 0; i < 4000; i++) {
		const int descriptor = udp();
		if (connect_to(descriptor, SERVER, i % 4 != 0 ? OTHER_PORT : 53) != 0)
			*(errno == EINTR ? &count : &others) += 1;
		close(descriptor);
	}
	setitimer(ITIMER_REAL, &none, NULL);
	return others > 0 ? -others : count;
}

static bool interrupted(void)
{
	const int with = interrupted_calls(SA_RESTART), without = interrupted_calls(0);
	printf("EINTR of 4000: %d with SA_RESTART, %d without\n", with, without);
	return expect(with == 0, "none with SA_RESTART") && expect(without >= 0 && without < 200, "few without");
}

static bool is_refused(long result, int error)
{
	return result == -1 && errno == error;
}

static bool io_uring(void)
{
	return expect(is_refused(syscall(SYS_io_uring_setup, 1, NULL), ENOSYS), "io_uring_setup") &&
		expect(is_refused(syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0), ENOSYS), "io_uring_enter") &&
		expect(is_refused(syscall(SYS_io_uring_register, -1, 0, NULL, 0), ENOSYS), "io_uring_register");
}

#ifdef __x86_64__
static long call_32_bit(long number, long first, long second, long third)
{
	long result;
	__asm__ volatile("int $0x80"
					 : "=a"(result)
					 : "a"(number), "b"(first), "c"(second), "d"(third)
					 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}

static bool other_architectures(void)
{
	static const int calls[] = {102, 345, 362, 369, 370}, rings[] = {425, 426, 427};
	if (call_32_bit(20, 0, 0, 0) != getpid())
		return true;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (call_32_bit(calls[i], 3, 0, 16) != -EPERM)
			return expect(false, "EPERM for a 32-bit call");
	for (size_t i = 0; i < sizeof(rings) / sizeof(*rings); i++)
		if (call_32_bit(rings[i], -1, 0, 0) != -EPERM)
			return expect(false, "EPERM for 32-bit io_uring");
	return expect(is_refused(syscall(0x40000000 + SYS_connect, udp(), NULL, 0), ENOSYS), "ENOSYS for x32");
}
#else
static bool other_architectures(void)
{
	return true;
}
#endif

// What cannot be read cannot be decided; as root it can be read.
static bool not_dumpable(void)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/nothing"};
	const int descriptor = udp(), unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
	int pair[2];
	prctl(PR_SET_DUMPABLE, 0);
	if (geteuid() == 0)
		return expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "root's program is answered");
	return expect(is_refused(connect_to(descriptor, SERVER, 53), EPERM), "connect") &&
		expect(!sends_to(descriptor, SERVER, 53) && errno == EPERM, "sendto") &&
		expect(is_refused(connect(unix_socket, (struct sockaddr *)&local, sizeof(local)), EPERM), "AF_UNIX") &&
		expect(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && write(pair[0], "", 1) == 1, "write works");
}

// Protocols that could carry a query past the responder.
static bool other_protocols(void)
{
	const int multipath = socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
	const int lite = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE), over_smc = socket(43 /* AF_SMC */, SOCK_STREAM, 0);
	if (multipath >= 0 &&
		!expect(
			connect_to(multipath, SERVER, 53) == 0 && writes_over_tcp(multipath) && reads_over_tcp(multipath), "MPTCP"))
		return false;
	if (lite >= 0 && !expect(sends_to(lite, SERVER, 53) && is_answered(lite), "UDP-Lite"))
		return false;
	return over_smc < 0 || expect(is_refused(connect_to(over_smc, SERVER, 53), EPERM), "SMC");
}

// Asks until the parent is told to go on, and says how the calls failed.
static bool asks_for_ever(void)
{
	const struct timeval limit = {.tv_usec = 200000};
	unsigned char bytes[512];
	printf("begun\n");
	fflush(stdout);
	for (int i = 0; i < 100; i++) {
		const int descriptor = udp();
		setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
		if (!sends_to(descriptor, SERVER, 53)) {
			printf("%s\n", strerror(errno));
			return true;
		}
		recv(descriptor, bytes, sizeof(bytes), 0);
		close(descriptor);
		usleep(50000);
	}
	return false;
}

// As many swaps as the environment says, of UDP and TCP.
static bool many_swaps(void)
{
	const char *text = getenv("SWAPS");
	const int count = text != NULL ? atoi(text) : 1000;
	for (int i = 0; i < count; i++) {
		const bool is_stream = i % 4 == 0;
		const int descriptor = is_stream ? tcp(0) : udp();
		const bool done = is_stream ? connect_to(descriptor, SERVER, 53) == 0 : sends_to(descriptor, SERVER, 53);
		if (!expect(done, strerror(errno)) || (i % 16 == 1 && !expect(is_answered(descriptor), "it is answered")))
			return expect(false, "all are swapped");
		close(descriptor);
	}
	return true;
}

// In another network than the one in which withdns was started: a socket that has asked cannot leave the private
// network for that one.
static bool leaves_not(void)
{
	const int descriptor = udp();
	return expect(sends_to(descriptor, SERVER, 53) && is_answered(descriptor), "it is answered") &&
		expect(!sends_to(descriptor, OTHER, OTHER_PORT) && errno == EPERM, "EPERM elsewhere");
}

static bool asks(void)
{
	const int descriptor = udp();
	const bool is_sent = sends_to(descriptor, SERVER, 53);
	return expect(is_sent, strerror(errno)) && expect(is_answered(descriptor), "it is answered");
}

int main(int argc, char **argv)
{
	static const struct guest_case cases[] = {
		{"asks", asks},
		{"leaves-not", leaves_not},
		{"own-addresses", own_addresses},
		{"other-family", address_of_other_family},
		{"unspecified-family", unspecified_family},
		{"scoped", scoped_address},
		{"scoped-interface", scoped_interface},
		{"scoped-elsewhere", scoped_elsewhere},
		{"bound", bound_sockets},
		{"same-port", same_port_again},
		{"server", server_at_port_53},
		{"epoll", epoll_sets},
		{"epoll-waiter", epoll_waiter},
		{"close-on-exec", close_on_exec},
		{"copies", copies},
		{"options", options_are_kept},
		{"flags", flags_and_buffers},
		{"child", shared_with_child},
		{"connected-child", connected_before_fork},
		{"threads-at-once", threads_ask_at_once},
		{"own-table", own_table},
		{"elsewhere", goes_elsewhere},
		{"connects-elsewhere", connects_elsewhere},
		{"stream-elsewhere", stream_elsewhere},
		{"connected-stream", connected_stream},
		{"messages", messages_to_servers},
		{"mixed-messages", messages_to_both},
		{"fast-open", fast_open},
		{"nonblocking", nonblocking_stream},
		{"waiting-receiver", waiting_receiver},
		{"vfork", vfork_child},
		{"interrupted", interrupted},
		{"io-uring", io_uring},
		{"other-architectures", other_architectures},
		{"not-dumpable", not_dumpable},
		{"other-protocols", other_protocols},
		{"for-ever", asks_for_ever},
		{"many", many_swaps},
	};
	return run_case(cases, sizeof(cases) / sizeof(cases[0]), argc, argv);
}
