// SPDX-License-Identifier: MIT
#include "shim/command/watch/run_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/counters.h"
#include "config/log.h"
#include "shim/command/problem.h"
#include "shim/command/text.h"

#define SOCKET_NAME "/run"
#define COUNTERS_SIZE (1 << 16)
#define PACKET_SIZE (RUN_HEADER_SIZE + LOG_LINE_SIZE)
#define ROUND_MAX 64  // connections accepted, or packets of one connection read, before others are served

// RUN_KEY_SIZE digits.
static char *make_key(void)
{
	unsigned long long random[2];
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return NULL;
	return text_format("%016llx%016llx", random[0], random[1]);
}

// 0711: other users can reach the socket by its name, and cannot list the directory.
static bool make_directory(struct run_server *server, const char *where)
{
	if (strlen(where) + sizeof("/withdns.XXXXXX" SOCKET_NAME) > RUN_PATH_MAX)
		return false;
	char *directory = text_format("%s/withdns.XXXXXX", where);
	if (directory != NULL && mkdtemp(directory) != NULL && chmod(directory, 0711) == 0) {
		server->directory = directory;
		return true;
	}
	free(directory);
	return false;
}

// Without a directory, only the abstract name is used, which must be unique too.
static bool choose_path(struct run_server *server)
{
	const char *where = getenv("TMPDIR");
	// PROGRAM may connect from any working directory, and a directive is one line.
	const bool is_usable = where != NULL && where[0] == '/' && strpbrk(where, "\n\r") == NULL;
	if ((is_usable && make_directory(server, where)) || make_directory(server, "/tmp"))
		server->address.path = text_format("%s" SOCKET_NAME, server->directory);
	else
		server->address.path = text_format("/withdns.%.16s" SOCKET_NAME, server->address.key);
	return server->address.path != NULL;
}

static int listen_at(const char *path, bool is_abstract)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	const int descriptor = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	memcpy(address.sun_path + is_abstract, path, strlen(path));
	if (descriptor >= 0 && bind(descriptor, (const struct sockaddr *)&address, length) == 0 &&
		(is_abstract || chmod(path, 0666) == 0) && listen(descriptor, SOMAXCONN) == 0)
		return descriptor;
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

bool run_server_open(struct run_server *out, struct problem *problem)
{
	*out = (struct run_server){.address.begun = clock_now(), .listeners = {-1, -1}, .poll = -1};
	out->counters = counters_open(COUNTERS_SIZE);
	if (out->counters == NULL)
		return problem_out_of_memory(problem);
	out->address.key = make_key();
	if (out->address.key == NULL || !choose_path(out))
		return problem_out_of_memory(problem);
	out->listeners[0] = listen_at(out->address.path, true);
	if (out->directory != NULL)
		out->listeners[1] = listen_at(out->address.path, false);
	return out->listeners[0] >= 0 || out->listeners[1] >= 0 ||
		problem_set(problem, EXIT_OWN_ERROR, "cannot create a socket for the lookups: %m");
}

static bool wait_for(const struct run_server *server, int descriptor)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
	return epoll_ctl(server->poll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

// Each process that sends at the same time needs a descriptor.
static void allow_descriptors(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void stop_listening(struct run_server *server)
{
	for (size_t i = 0; i < 2; i++) {
		if (server->listeners[i] >= 0)
			close(server->listeners[i]);
		server->listeners[i] = -1;
	}
}

// If it fails, connections must be refused, so that no process waits for a reply.
bool run_server_start(struct run_server *server)
{
	bool is_waiting = true;
	allow_descriptors();
	server->poll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < 2 && is_waiting; i++)
		is_waiting = server->listeners[i] < 0 || wait_for(server, server->listeners[i]);
	if (!is_waiting)
		stop_listening(server);
	return is_waiting;
}

static void answer_count(struct run_server *server, int descriptor, const char *content)
{
	struct run_count count;
	memcpy(&count, content, sizeof(count));
	count.rule = counters_add(server->counters, count.rule);
	count.lookup = counters_add(server->counters, count.lookup);
	send(descriptor, &count, sizeof(count), MSG_NOSIGNAL | MSG_DONTWAIT);
}

// True where the connection is finished. Packets without the key are not from this run, and are ignored.
static bool take_packet(struct run_server *server, int descriptor, const char *packet, size_t size)
{
	const char *content = packet + RUN_HEADER_SIZE;
	const struct journal_event *event;
	uint64_t lost = 1;
	if (size < RUN_HEADER_SIZE || memcmp(packet, server->address.key, RUN_KEY_SIZE) != 0)
		return true;
	size -= RUN_HEADER_SIZE;
	switch (packet[RUN_KEY_SIZE]) {
	case RUN_FIRST:
	case RUN_EVENT:
		event = journal_add(&server->journal, content, size);
		if (event != NULL && packet[RUN_KEY_SIZE] == RUN_FIRST)
			processes_note(&server->processes, event->pid);
		return true;
	case RUN_COUNT:
		if (size == sizeof(struct run_count))
			answer_count(server, descriptor, content);
		return true;
	case RUN_LOST:
		if (size == sizeof(lost))
			memcpy(&lost, content, sizeof(lost));
		break;
	}
	server->journal.lost += lost;
	return false;
}

static void read_packets(struct run_server *server, int descriptor)
{
	char packet[PACKET_SIZE];
	for (int i = 0; i < ROUND_MAX; i++) {
		const ssize_t size = recv(descriptor, packet, PACKET_SIZE, MSG_DONTWAIT);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0 && errno == EAGAIN)
			return;
		if (size <= 0 || take_packet(server, descriptor, packet, (size_t)size)) {
			close(descriptor);
			return;
		}
	}
}

static void accept_all(struct run_server *server, int listener)
{
	for (int i = 0; i < ROUND_MAX; i++) {
		const int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (descriptor < 0)
			return;
		if (wait_for(server, descriptor))
			continue;
		server->journal.lost++;
		close(descriptor);
	}
}

// epoll_wait(2) returns connections in the order in which they became readable: a process that connects again has sent
// its earlier event.
bool run_server_serve(struct run_server *server)
{
	struct epoll_event events[ROUND_MAX];
	const int count = epoll_wait(server->poll, events, ROUND_MAX, 0);
	for (int i = 0; i < count; i++) {
		const int descriptor = events[i].data.fd;
		const bool is_listener = descriptor == server->listeners[0] || descriptor == server->listeners[1];
		(is_listener ? accept_all : read_packets)(server, descriptor);
	}
	return count > 0;
}

void run_server_forget(struct run_server *server)
{
	if (server->counters == NULL)
		return;
	stop_listening(server);
	if (server->poll >= 0)
		close(server->poll);
	run_address_clear(&server->address);
	counters_close(server->counters);
	processes_clear(&server->processes);
	journal_clear(&server->journal);
	free(server->directory);
	*server = (struct run_server){.listeners = {-1, -1}, .poll = -1};
}

void run_server_close(struct run_server *server)
{
	if (server->directory != NULL && server->address.path != NULL)
		unlink(server->address.path);
	if (server->directory != NULL)
		rmdir(server->directory);
	run_server_forget(server);
}
