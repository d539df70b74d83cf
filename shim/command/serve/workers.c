// SPDX-License-Identifier: MIT
#include "shim/command/serve/workers.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shim/command/serve/generation.h"

#define STACK_SIZE (256 * 1024 + RESPONDER_REPLY_MAX)  // a reply is on it
#define IDLE_SECONDS 10                                // after which a thread ends

struct work *work_open(struct shared_resolver *generation, const struct responder_request *request)
{
	struct work *work = malloc(sizeof(*work) + request->size);
	if (work == NULL)
		return NULL;
	*work =
		(struct work){.generation = shared_resolver_hold(generation), .request = *request, .client = *request->client};
	memcpy(work->message, request->message, request->size);
	work->request.message = work->message;
	work->request.client = &work->client;
	work->request.may_wait = true;
	return work;
}

void work_close(struct work *work)
{
	if (work == NULL)
		return;
	shared_resolver_release(work->generation);
	free(work->reply);
	free(work);
}

// The next work, or NULL after IDLE_SECONDS without any, by a clock that may be set: no work depends on it. The lock is
// held.
static struct work *wait_for_work(struct workers *workers)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_SECONDS;
	workers->idle++;
	while (workers->first == NULL && pthread_cond_timedwait(&workers->wanted, &workers->lock, &until) == 0)
		;
	workers->idle--;
	struct work *work = workers->first;
	if (work != NULL) {
		workers->first = work->next;
		workers->queued--;
	}
	if (workers->first == NULL)
		workers->last = &workers->first;
	return work;
}

static void answer(struct work *work, uint8_t *reply)
{
	work->result = responder_answer(work->generation->resolver, &work->request, reply, &work->reply_size);
	if (work->result == RESPONDER_REPLY)
		work->reply = malloc(work->reply_size);
	if (work->reply != NULL)
		memcpy(work->reply, reply, work->reply_size);
	work->done(work);
}

static void *run(void *argument)
{
	struct workers *workers = argument;
	uint8_t reply[RESPONDER_REPLY_MAX];  // memory could be lacking, and the work would stay in the queue
	pthread_mutex_lock(&workers->lock);
	for (struct work *work; (work = wait_for_work(workers)) != NULL;) {
		pthread_mutex_unlock(&workers->lock);
		answer(work, reply);
		pthread_mutex_lock(&workers->lock);
	}
	workers->threads--;
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

// The lock is held.
static void start_thread(struct workers *workers)
{
	pthread_attr_t attributes;
	pthread_t thread;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attributes, run, workers) == 0)
		workers->threads++;
	pthread_attr_destroy(&attributes);
}

bool workers_add(struct workers *workers, struct work *work)
{
	pthread_mutex_lock(&workers->lock);
	if (workers->idle <= workers->queued && workers->threads < WORKERS_MAX)
		start_thread(workers);
	const bool is_taken = workers->threads > 0 && workers->queued < WORKERS_QUEUE_MAX;
	if (is_taken) {
		work->next = NULL;
		*workers->last = work;
		workers->last = &work->next;
		workers->queued++;
		pthread_cond_signal(&workers->wanted);
	}
	pthread_mutex_unlock(&workers->lock);
	return is_taken;
}
