// SPDX-License-Identifier: MIT
#include "shim/command/serve/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "shim/command/problem.h"
#include "shim/command/serve/connection.h"
#include "shim/command/serve/datagram.h"
#include "shim/command/serve/listeners.h"
#include "shim/command/serve/loop.h"

#define EVENTS_MAX 64
#define TICK 1000  // milliseconds between two checks for idle connections

// Sends the replies of the workers.
static void take_done(struct loop *loop, struct endpoint *endpoint, uint32_t events)
{
	uint64_t count;
	(void)events;
	(void)!read(endpoint->descriptor, &count, sizeof(count));
	pthread_mutex_lock(&loop->lock);
	struct work *work = loop->done;
	loop->done = NULL;
	loop->last_done = &loop->done;
	pthread_mutex_unlock(&loop->lock);
	for (struct work *next; work != NULL; work = next) {
		next = work->next;
		if (work->owner != NULL)
			connection_finish(work->owner, work);
		else
			datagrams_finish(loop, work);
		work_close(work);
	}
}

static void *run(void *argument)
{
	struct loop *loop = argument;
	struct epoll_event events[EVENTS_MAX];
	int64_t ticked = clock_now();
	while (!atomic_load(&loop->serving->ends)) {
		const int count = epoll_wait(loop->epoll, events, EVENTS_MAX, TICK);
		loop->now = clock_now();
		generations_follow(&loop->serving->generations, &loop->generation, &loop->generation_number);
		for (int i = 0; i < count; i++) {
			struct endpoint *endpoint = events[i].data.ptr;
			endpoint->ready(loop, endpoint, events[i].events);
		}
		connections_free_closed(loop);
		if (loop->now - ticked < TICK * INT64_C(1000))
			continue;
		ticked = loop->now;
		connections_tick(loop);
	}
	return NULL;
}

static bool add_listener(struct loop *loop, const struct listener *listener, int type, struct problem *problem)
{
	struct endpoint *added = &loop->endpoints[loop->endpoint_count];
	const bool is_packet = listener->path != NULL;
	const int descriptor =
		is_packet ? listener->socket : listener_open(loop->serving->listeners, listener, type, problem);
	if (descriptor < 0)
		return false;
	loop->endpoint_count++;
	*added = (struct endpoint){type == SOCK_DGRAM ? datagrams_receive : connections_accept, descriptor, is_packet};
	return loop_watch(loop, added, EPOLL_CTL_ADD, EPOLLIN | (is_packet ? EPOLLEXCLUSIVE : 0)) ||
		problem_set(problem, "--serve: %m");
}

static bool open_buffers(struct loop *loop)
{
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->input = malloc(LOOP_INPUT_SIZE);
	loop->reply = malloc(RESPONDER_REPLY_MAX);
	loop->datagrams = datagrams_open();
	loop->endpoints = calloc(2 * loop->serving->listeners->count, sizeof(*loop->endpoints));
	loop->waker = (struct endpoint){take_done, loop->wake, false};
	return loop->input != NULL && loop->reply != NULL && loop->datagrams != NULL && loop->endpoints != NULL &&
		loop->epoll >= 0 && loop->wake >= 0 && loop_watch(loop, &loop->waker, EPOLL_CTL_ADD, EPOLLIN);
}

bool thread_open(struct loop *loop, struct serving *serving, struct problem *problem)
{
	*loop = (struct loop){.serving = serving, .now = clock_now()};
	loop->last_done = &loop->done;
	pthread_mutex_init(&loop->lock, NULL);
	if (!open_buffers(loop))
		return problem_set(problem, "--serve: %m");
	for (size_t i = 0; i < serving->listeners->count; i++) {
		const struct listener *listener = &serving->listeners->list[i];
		if ((listener->path == NULL && !add_listener(loop, listener, SOCK_DGRAM, problem)) ||
			!add_listener(loop, listener, SOCK_STREAM, problem))
			return false;
	}
	errno = pthread_create(&loop->thread, NULL, run, loop);
	loop->is_running = errno == 0;
	return loop->is_running || problem_set(problem, "--serve: %m");
}

void thread_close(struct loop *loop)
{
	if (loop->is_running) {
		loop_wake(loop);
		pthread_join(loop->thread, NULL);
	}
	connections_close(loop);
	for (size_t i = 0; i < loop->endpoint_count; i++)
		if (!loop->endpoints[i].is_packet)
			close(loop->endpoints[i].descriptor);
	shared_resolver_release(loop->generation);
	datagrams_close(loop->datagrams);
	free(loop->endpoints);
	free(loop->input);
	free(loop->reply);
	if (loop->epoll >= 0)
		close(loop->epoll);
}
