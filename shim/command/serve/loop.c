// SPDX-License-Identifier: MIT
#include "shim/command/serve/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "config/base/clock.h"
#include "config/config.h"
#include "shim/command/problem.h"
#include "shim/command/serve/connection.h"
#include "shim/command/serve/datagram.h"
#include "shim/command/serve/listeners.h"
#include "shim/command/serve/networks.h"

#define EVENTS_MAX 64
#define TICK 1000  // milliseconds between two looks for idle connections

bool loop_watch(const struct loop *loop, struct endpoint *endpoint, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = endpoint};

	return epoll_ctl(loop->epoll, operation, endpoint->descriptor, &event) == 0;
}

bool loop_admits(const struct loop *loop, const struct address *client)
{
	const struct serving *serving = loop->serving;

	if (network_is_loopback(client))
		return true;
	for (size_t i = 0; i < serving->network_count; i++)
		if (network_holds(&serving->networks[i], client))
			return true;
	return false;
}

bool loop_is_logged(const struct loop *loop)
{
	return loop->generation != NULL && config_is_logged(resolver_config(loop->generation->resolver));
}

enum responder_result loop_answer(struct loop *loop, const struct responder_request *request, size_t *size)
{
	generations_follow(&loop->serving->generations, &loop->generation, &loop->generation_number);
	return responder_answer(loop->generation->resolver, request, loop->reply, size);
}

static void wake(struct loop *loop)
{
	(void)!write(loop->wake, &(uint64_t){1}, sizeof(uint64_t));
}

// Called by a worker.
static void add_done(struct work *work)
{
	struct loop *loop = work->loop;

	pthread_mutex_lock(&loop->lock);
	const bool was_empty = loop->done == NULL;
	work->next = NULL;
	*loop->last_done = work;
	loop->last_done = &work->next;
	pthread_mutex_unlock(&loop->lock);
	if (was_empty)
		wake(loop);
}

bool loop_defer(
	struct loop *loop, const struct responder_request *request, void *owner, const void *origin, size_t origin_size)
{
	struct work *work = work_open(loop->generation, request);

	if (work == NULL)
		return false;
	work->loop = loop;
	work->owner = owner;
	work->done = add_done;
	if (origin_size > 0)
		memcpy(work->origin.bytes, origin, origin_size);
	if (workers_add(&loop->serving->workers, work))
		return true;
	work_close(work);
	return false;
}

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

static bool add_endpoint(struct loop *loop, const struct endpoint *endpoint, struct problem *problem)
{
	struct endpoint *added = &loop->endpoints[loop->endpoint_count++];

	*added = *endpoint;
	return loop_watch(loop, added, EPOLL_CTL_ADD, EPOLLIN | (added->is_packet ? EPOLLEXCLUSIVE : 0)) ||
		problem_set(problem, EXIT_OWN_ERROR, "--serve: %m");
}

static bool add_listener(struct loop *loop, const struct listener *listener, struct problem *problem)
{
	struct listener_sockets sockets = {-1, -1};

	if (listener->path != NULL) {
		const struct endpoint shared = {connections_accept, listener->socket, true};
		return add_endpoint(loop, &shared, problem);
	}
	const bool done = listener_open(listener, &sockets, problem);
	const struct endpoint datagram = {datagrams_receive, sockets.datagram, false};
	const struct endpoint stream = {connections_accept, sockets.stream, false};
	if (!done) {
		if (sockets.datagram >= 0)
			close(sockets.datagram);
		return false;
	}
	return add_endpoint(loop, &datagram, problem) && add_endpoint(loop, &stream, problem);
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

bool loop_open(struct loop *loop, struct serving *serving, struct problem *problem)
{
	*loop = (struct loop){.serving = serving, .now = clock_now()};
	loop->last_done = &loop->done;
	pthread_mutex_init(&loop->lock, NULL);
	if (!open_buffers(loop))
		return problem_set(problem, EXIT_OWN_ERROR, "--serve: %m");
	for (size_t i = 0; i < serving->listeners->count; i++)
		if (!add_listener(loop, &serving->listeners->list[i], problem))
			return false;
	errno = pthread_create(&loop->thread, NULL, run, loop);
	loop->is_running = errno == 0;
	return loop->is_running || problem_set(problem, EXIT_OWN_ERROR, "--serve: %m");
}

void loop_close(struct loop *loop)
{
	if (loop->is_running) {
		wake(loop);
		pthread_join(loop->thread, NULL);
	}
	connections_close(loop);
	for (size_t i = 0; i < loop->endpoint_count; i++)
		if (!loop->endpoints[i].is_packet)
			close(loop->endpoints[i].descriptor);
	generation_release(loop->generation);
	datagrams_close(loop->datagrams);
	free(loop->endpoints);
	free(loop->input);
	free(loop->reply);
	if (loop->epoll >= 0)
		close(loop->epoll);
}
