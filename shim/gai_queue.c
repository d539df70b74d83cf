// SPDX-License-Identifier: MIT
#include "shim/gai_queue.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "shim/gai_thread.h"
#include "shim/getaddrinfo.h"
#include "shim/monitor.h"

#define THREADS_MAX 20

// Our lookups need a tenth of this; NSS modules of libc need more: glibc gives its threads 92 KiB.
#define STACK_SIZE (256 * 1024)

struct request {
	struct request *next;
	struct gaicb *gaicb;
	struct group *group;
	uint64_t number;  // in order of arrival
	bool is_running;
	bool is_watched;  // wake gai_queue_wait when it is finished
};

// The requests of one call.
struct group {
	struct queue *queue;
	size_t left;        // number of requests still in the queue
	bool is_awaited;    // a GAI_WAIT call waits for the group and frees it; else the last request's end frees it
	bool is_cancelled;  // at least one request was cancelled
	struct sigevent event;
	struct request requests[];
};

struct queue {
	struct monitor monitor;  // protects the rest, groups and requests
	struct request *first;   // in order of arrival, running ones included
	struct request **end;
	uint64_t newest;  // number of the last request added
	unsigned threads;
};

static _Atomic(struct queue *) current;

// NULL if this process has made no request.
static struct queue *find_queue(void)
{
	struct queue *queue = atomic_load(&current);
	return queue && monitor_is_own(&queue->monitor) ? queue : NULL;
}

// NULL if out of memory. Does not free a queue inherited from the parent: other threads may be about to read its owner.
static struct queue *find_or_make_queue(void)
{
	struct queue *old = atomic_load(&current);
	if (old && monitor_is_own(&old->monitor))
		return old;
	struct queue *queue = monitor_open(sizeof(*queue));
	if (!queue)
		return NULL;
	queue->end = &queue->first;
	if (atomic_compare_exchange_strong(&current, &old, queue))
		return queue;
	monitor_close(&queue->monitor, sizeof(*queue));
	return old;
}

static void set_status(struct gaicb *gaicb, int code)
{
	__atomic_store_n(&gaicb->__return, code, __ATOMIC_RELEASE);
}

static void append(struct queue *queue, struct request *request)
{
	request->number = ++queue->newest;
	*queue->end = request;
	queue->end = &request->next;
	request->group->left++;
}

static void take_out(struct queue *queue, struct request *request)
{
	struct request **location = &queue->first;
	while (*location != request)
		location = &(*location)->next;
	*location = request->next;
	if (queue->end == &request->next)
		queue->end = location;
	request->group->left--;
}

// Removes a request from the queue and returns its gaicb to the program. True if the caller must call end_group after
// releasing the lock.
static bool settle(struct queue *queue, struct request *request, int code)
{
	struct group *group = request->group;
	take_out(queue, request);
	set_status(request->gaicb, code);
	if (request->is_watched || (group->is_awaited && !group->left))
		monitor_wake(&queue->monitor);
	return !group->left && !group->is_awaited;
}

// Frees the group before the notification, because the signal's handler may leave by siglongjmp.
static void end_group(struct group *group)
{
	struct sigevent event = group->event;
	bool is_cancelled = group->is_cancelled;
	free(group);
	if (!is_cancelled)
		gai_thread_notify(&event);
}

// The oldest request that no worker has begun; NULL if there is none.
static struct request *find_work(const struct queue *queue)
{
	struct request *request = queue->first;
	while (request && request->is_running)
		request = request->next;
	return request;
}

// Returns the next request for this worker; NULL if the worker must end.
static struct request *finish(struct queue *queue, struct request *request)
{
	struct group *group = request->group;
	struct gaicb *gaicb = request->gaicb;
	sigset_t signals;
	const int code =
		getaddrinfo_answer("getaddrinfo_a", gaicb->ar_name, gaicb->ar_service, gaicb->ar_request, &gaicb->ar_result);
	monitor_lock(&queue->monitor, &signals);
	bool is_over = settle(queue, request, code);
	struct request *next = find_work(queue);
	if (next)
		next->is_running = true;
	else
		queue->threads--;
	monitor_unlock(&queue->monitor, &signals);
	if (is_over)
		end_group(group);
	return next;
}

static int add_thread(struct queue *queue);

// Each worker starts the next one, so that slow lookups get many workers, and fast ones are done by few.
static void *work(void *argument)
{
	struct request *request = argument;
	struct queue *queue = request->group->queue;
	sigset_t signals;
	monitor_lock(&queue->monitor, &signals);
	add_thread(queue);
	monitor_unlock(&queue->monitor, &signals);
	while (request)
		request = finish(queue, request);
	return NULL;
}

// Starts a worker for the oldest request not begun, unless there are THREADS_MAX. The caller holds the lock, which
// blocks all signals: the new thread inherits that mask. Returns 0 or an error number.
static int add_thread(struct queue *queue)
{
	struct request *request = queue->threads < THREADS_MAX ? find_work(queue) : NULL;
	int error = request ? gai_thread_start(STACK_SIZE, work, request) : 0;
	if (!request || error)
		return error;
	request->is_running = true;
	queue->threads++;
	return 0;
}

static void add_requests(struct queue *queue, struct group *group, struct gaicb *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct request *request = &group->requests[i];
		*request = (struct request){.gaicb = list[i], .group = group};
		if (!list[i])
			continue;
		set_status(list[i], EAI_INPROGRESS);
		append(queue, request);
	}
}

static void refuse_all(struct gaicb *const list[], size_t count, int code)
{
	for (size_t i = 0; i < count; i++)
		if (list[i])
			set_status(list[i], code);
}

static struct group *new_group(struct queue *queue, size_t count, const struct sigevent *event)
{
	struct group *group = malloc(sizeof(*group) + count * sizeof(group->requests[0]));
	if (!group)
		return NULL;
	*group = (struct group){.queue = queue, .is_awaited = !event};
	if (event)
		group->event = *event;
	return group;
}

// False in a child forked during the wait.
static bool wait_for_group(struct queue *queue, struct group *group, sigset_t *signals)
{
	while (group->left)
		if (monitor_wait(&queue->monitor, signals, GAI_QUEUE_FOREVER) == ECHILD)
			return false;
	return true;
}

// Returns 0, or an error number if no worker exists and none can be started. (Then the queue held no other request.)
static int add_group(struct queue *queue, struct group *group, struct gaicb *const list[], size_t count)
{
	add_requests(queue, group, list, count);
	int error = add_thread(queue);
	if (!error || queue->threads)
		return 0;
	queue->first = NULL;
	queue->end = &queue->first;
	group->left = 0;
	refuse_all(list, count, EAI_AGAIN);
	return error;
}

static int fail(int error)
{
	errno = error;
	return EAI_SYSTEM;
}

static int refuse_for_memory(struct gaicb *const list[], size_t count, const struct sigevent *event)
{
	refuse_all(list, count, EAI_MEMORY);
	if (event)
		gai_thread_notify(event);
	return fail(ENOMEM);
}

int gai_queue_add(struct gaicb *const list[], size_t count, const struct sigevent *event)
{
	int saved = errno;
	sigset_t signals;
	struct queue *queue = find_or_make_queue();
	struct group *group = queue ? new_group(queue, count, event) : NULL;
	if (!group)
		return refuse_for_memory(list, count, event);
	monitor_lock(&queue->monitor, &signals);
	int error = add_group(queue, group, list, count);
	bool is_over = event ? !group->left : wait_for_group(queue, group, &signals);
	monitor_unlock(&queue->monitor, &signals);
	if (is_over && event)
		end_group(group);
	else if (is_over)
		free(group);
	errno = saved;
	if (error)
		return fail(error);
	return event || is_over ? 0 : EAI_INTR;
}

static bool is_in(const struct gaicb *gaicb, const struct gaicb *const list[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == gaicb)
			return true;
	return false;
}

// Counts the queued requests up to number newest that are in list, and marks them as watched.
static size_t watch(struct queue *queue, const struct gaicb *const list[], size_t count, uint64_t newest)
{
	size_t found = 0;
	for (struct request *request = queue->first; request && request->number <= newest; request = request->next) {
		if (!is_in(request->gaicb, list, count))
			continue;
		request->is_watched = true;
		found++;
	}
	return found;
}

static int wait_code(int error)
{
	if (error == EINTR || error == ECHILD)
		return EAI_INTR;
	if (error == EINVAL)
		errno = EINVAL;
	return EAI_SYSTEM;
}

int gai_queue_wait(const struct gaicb *const list[], size_t count, int64_t deadline)
{
	struct queue *queue = find_queue();
	sigset_t signals;
	if (!queue)
		return EAI_ALLDONE;
	monitor_lock(&queue->monitor, &signals);
	const uint64_t newest = queue->newest;
	const size_t before = watch(queue, list, count, newest);
	size_t left = before;
	int error = 0;
	while (left && left == before && !error) {
		error = deadline == GAI_QUEUE_INVALID ? EINVAL : monitor_wait(&queue->monitor, &signals, deadline);
		left = error == ECHILD ? before : watch(queue, list, count, newest);
	}
	monitor_unlock(&queue->monitor, &signals);
	if (!before)
		return EAI_ALLDONE;
	return left < before ? 0 : wait_code(error);
}

int gai_queue_cancel(const struct gaicb *gaicb)
{
	struct queue *queue = find_queue();
	sigset_t signals;
	if (!queue)
		return EAI_ALLDONE;
	monitor_lock(&queue->monitor, &signals);
	struct request *request = queue->first;
	while (request && request->gaicb != gaicb)
		request = request->next;
	int code = !request ? EAI_ALLDONE : request->is_running ? EAI_NOTCANCELED : EAI_CANCELED;
	struct group *group = code == EAI_CANCELED ? request->group : NULL;
	if (group)
		group->is_cancelled = true;
	bool is_over = group && settle(queue, request, code);
	monitor_unlock(&queue->monitor, &signals);
	if (is_over)
		end_group(group);
	return code;
}
