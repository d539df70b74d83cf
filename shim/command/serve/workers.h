// SPDX-License-Identifier: MIT
// Threads for the queries that have to wait for servers. Each query occupies one thread while it waits.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resolver/responder.h"

#define WORKERS_MAX 256         // threads, and so queries that wait for servers at a time
#define WORKERS_QUEUE_MAX 4096  // queries that wait for a thread

struct shared_resolver;
struct loop;

// One query, and its reply once it is done. Created by work_open, with the query's bytes behind it.
struct work {
	struct work *next;                   // in the list that it is in
	struct shared_resolver *generation;  // owned
	struct responder_request request;
	enum responder_result result;
	uint8_t *reply;  // owned; NULL if there is none
	size_t reply_size;
	void (*done)(struct work *work);  // called by the thread that has answered it; takes ownership
	struct loop *loop;                // these three are the caller's
	void *owner;
	struct work_origin {
		_Alignas(8) uint8_t bytes[192];
	} origin;
	struct responder_client client;
	uint8_t message[];
};

// All zero but the initializers of pthread.h and last = &first: no threads.
struct workers {
	pthread_mutex_t lock;
	pthread_cond_t wanted;
	struct work *first, **last;
	size_t queued, threads, idle;
};

// Copies the request, and holds the generation. NULL without memory.
struct work *work_open(struct shared_resolver *generation, const struct responder_request *request);
void work_close(struct work *work);  // accepts NULL

// Queues the work, starts a thread for it if none is idle. False, with work unchanged, if too many are queued or no
// thread could be started.
bool workers_add(struct workers *workers, struct work *work);
