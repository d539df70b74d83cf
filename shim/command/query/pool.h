// SPDX-License-Identifier: MIT
// Work done by several threads, whose output stands in the order in which the work was handed in.
#pragma once

#include <stddef.h>
#include <stdio.h>

// Does one job, writes what comes of it to out, and returns its status. Called in several threads at once. The job is
// freed by free(3) afterwards.
typedef int pool_work(void *context, void *job, FILE *out);

struct pool;

// At most so many threads are made, and never more than POOL_THREADS_MAX; context and out are borrowed until
// pool_close. NULL without memory.
#define POOL_THREADS_MAX 32
struct pool *pool_open(pool_work *work, void *context, size_t threads, FILE *out);

// Hands in a job, a malloc(3)ed block; waits while too many are unfinished.
void pool_add(struct pool *pool, void *job);

// Waits for all jobs. Returns the largest status of any, at least 0.
int pool_close(struct pool *pool);
