// SPDX-License-Identifier: MIT
#include "shim/command/query/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "shim/command/query/query_outcome.h"

#define SLOTS 512

struct slot {
	void *job;
	char *text;  // its output, unless written directly to pool->out; owned
	size_t size;
	bool is_done;
};

struct pool {
	pool_work *work;
	void *context;
	FILE *out;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t threads[POOL_THREADS_MAX];
	size_t threads_wanted, thread_count, idle;
	size_t added, taken, written;  // number of jobs; added - written slots are in use
	bool is_closing;
	int status;
	struct slot slots[SLOTS];
};

struct pool *pool_open(pool_work *work, void *context, size_t threads, FILE *out)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	if (pool == NULL)
		return NULL;
	pool->work = work;
	pool->context = context;
	pool->threads_wanted = threads < POOL_THREADS_MAX ? threads : POOL_THREADS_MAX;
	pool->out = out;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->changed, NULL);
	return pool;
}

// With the lock held: writes the finished jobs whose turn it is.
static void write_finished(struct pool *pool)
{
	for (; pool->written < pool->taken; pool->written++) {
		struct slot *slot = &pool->slots[pool->written % SLOTS];
		if (!slot->is_done)
			break;
		if (slot->text != NULL)
			fwrite(slot->text, 1, slot->size, pool->out);
		free(slot->text);
		*slot = (struct slot){.job = NULL};
	}
	fflush(pool->out);
	pthread_cond_broadcast(&pool->changed);
}

// The next job to be written writes directly to pool->out; the output of later jobs is buffered.
static int do_job(struct pool *pool, struct slot *slot, bool is_first)
{
	FILE *out = is_first ? pool->out : open_memstream(&slot->text, &slot->size);
	int status = out == NULL ? QUERY_FAILED : pool->work(pool->context, slot->job, out);
	if (out != NULL && !is_first)
		fclose(out);
	free(slot->job);
	return status;
}

// With the lock held before and after.
static void take_job(struct pool *pool)
{
	bool is_first = pool->taken == pool->written;
	struct slot *slot = &pool->slots[pool->taken++ % SLOTS];
	pthread_mutex_unlock(&pool->lock);
	int status = do_job(pool, slot, is_first);
	pthread_mutex_lock(&pool->lock);
	slot->is_done = true;
	if (status > pool->status)
		pool->status = status;
	write_finished(pool);
}

static void *run(void *argument)
{
	struct pool *pool = argument;
	pthread_mutex_lock(&pool->lock);
	while (pool->taken < pool->added || !pool->is_closing) {
		if (pool->taken < pool->added) {
			take_job(pool);
			continue;
		}
		pool->idle++;
		pthread_cond_wait(&pool->changed, &pool->lock);
		pool->idle--;
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

// Starts a thread per job up to the limit; if none can be started, the caller does the job.
static void find_worker(struct pool *pool)
{
	if (pool->added - pool->taken > pool->idle && pool->thread_count < pool->threads_wanted &&
		pthread_create(&pool->threads[pool->thread_count], NULL, run, pool) == 0)
		pool->thread_count++;
	if (pool->thread_count == 0)
		take_job(pool);
}

void pool_add(struct pool *pool, void *job)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->added - pool->written == SLOTS)
		pthread_cond_wait(&pool->changed, &pool->lock);
	pool->slots[pool->added++ % SLOTS].job = job;
	find_worker(pool);
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
}

int pool_close(struct pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->is_closing = true;
	pthread_cond_broadcast(&pool->changed);
	pthread_mutex_unlock(&pool->lock);
	for (size_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	int status = pool->status;
	pthread_cond_destroy(&pool->changed);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
	return status;
}
