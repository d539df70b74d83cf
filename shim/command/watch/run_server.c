// SPDX-License-Identifier: MIT
#include "shim/command/watch/run_server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config/base/file.h"
#include "config/counters.h"
#include "config/log.h"
#include "shim/command/problem.h"

#define COUNTERS_SIZE (1 << 16)
#define PACKET_SIZE (RUN_HEADER_SIZE + LOG_LINE_SIZE)
#define ROUND_MAX 64  // connections accepted, or packets of one connection read, before others are served

bool run_server_open(struct run_server *out, struct problem *problem)
{
	*out = (struct run_server){.socket = {.listeners = {-1, -1}}, .poll = -1};
	out->counters = counters_open(COUNTERS_SIZE);
	if (out->counters == NULL)
		return problem_out_of_memory(problem);
	return run_socket_open(&out->socket, true, problem);
}

static bool wait_for(const struct run_server *server, int descriptor)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
	return epoll_ctl(server->poll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

// If it fails, connections must be refused, so that no process waits for a reply.
bool run_server_start(struct run_server *server)
{
	bool is_waiting = true;
	file_raise_limit();  // each process that sends at the same time needs a descriptor
	server->poll = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < 2 && is_waiting; i++)
		is_waiting = server->socket.listeners[i] < 0 || wait_for(server, server->socket.listeners[i]);
	if (!is_waiting)
		run_socket_stop(&server->socket);
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
	if (size < RUN_HEADER_SIZE || memcmp(packet, server->socket.address.key, RUN_KEY_SIZE) != 0)
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
		const bool is_listener = descriptor == server->socket.listeners[0] || descriptor == server->socket.listeners[1];
		(is_listener ? accept_all : read_packets)(server, descriptor);
	}
	return count > 0;
}

void run_server_close(struct run_server *server)
{
	if (server->counters == NULL)
		return;
	if (server->poll >= 0)
		close(server->poll);
	run_socket_close(&server->socket);
	free(server->counters);
	processes_clear(&server->processes);
	journal_clear(&server->journal);
	*server = (struct run_server){.socket = {.listeners = {-1, -1}}, .poll = -1};
}
