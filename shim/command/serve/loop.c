// SPDX-License-Identifier: MIT
#include "shim/command/serve/loop.h"

#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "config/base/network.h"
#include "config/config.h"
#include "config/fault.h"
#include "shim/command/libc_query.h"
#include "shim/command/serve/listeners.h"

bool loop_watch(const struct loop *loop, struct endpoint *endpoint, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = endpoint};
	return epoll_ctl(loop->epoll, operation, endpoint->descriptor, &event) == 0;
}

void loop_describe_client(const struct loop *loop, const struct address *client, const struct address *server,
	bool is_stream, struct responder_client *out)
{
	const bool is_process = loop->serving->find_process != NULL;
	char text[ADDRESS_TEXT_SIZE];
	out->process.pid = 0;
	if (is_process)
		loop->serving->find_process(client, is_stream, &out->process);
	(is_process ? address_write : address_write_with_port)(is_process ? server : client, text);
	snprintf(out->arguments, sizeof(out->arguments), "%s=%s %s", is_process ? "to" : "client", text,
		is_stream ? "tcp" : "udp");
}

bool loop_admits(const struct loop *loop, const struct address *client)
{
	const struct serving *serving = loop->serving;
	if (serving->find_process != NULL || network_is_loopback(client))
		return true;
	for (size_t i = 0; i < serving->network_count; i++)
		if (network_contains(&serving->networks[i], client))
			return true;
	return false;
}

bool loop_needs_client(const struct loop *loop)
{
	const struct config *config = resolver_config(loop->generation->resolver);
	bool is_needed = config_is_logged(config);
	for (size_t i = 0; !is_needed && i < config->fault_count; i++)
		is_needed = config->faults[i].program[0] != '\0';
	return is_needed;
}

void loop_wake(struct loop *loop)
{
	(void)!write(loop->waker.descriptor, &(uint64_t){1}, sizeof(uint64_t));
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
		loop_wake(loop);
}

// The ask_libc of a request whose context is the listeners. Where libc would ask one of these, a query would come back
// without end.
static uint8_t *ask_libc(
	const struct responder_request *request, const struct question *question, size_t *size, enum outcome *outcome)
{
	char name[NAME_TEXT_SIZE + 1];
	struct address server;
	if (listeners_have_system(request->context, &server)) {
		*outcome = OUTCOME_NO_RECOVERY;
		return NULL;
	}
	strcat(name_write(&question->name, name), question->name.length > 1 ? "." : "");
	return libc_query_message(name, question->class, question->type, size, outcome);
}

bool loop_defer(
	struct loop *loop, const struct responder_request *request, void *owner, const void *origin, size_t origin_size)
{
	struct work *work = work_open(loop->generation, request);
	if (work == NULL)
		return false;
	work->loop = loop;
	work->owner = owner;
	work->request.ask_libc = ask_libc;
	work->request.context = loop->serving->listeners;
	work->done = add_done;
	if (origin_size > 0)
		memcpy(work->origin.bytes, origin, origin_size);
	if (workers_add(&loop->serving->workers, work))
		return true;
	work_close(work);
	return false;
}
