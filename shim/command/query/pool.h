// SPDX-License-Identifier: MIT
// A thread pool whose output is in the order of the jobs.
#pragma once

#include <stddef.h>
#include <stdio.h>

// Does one job, writes its output to out, and returns its status. Called in several threads at once. The pool then
// frees the job by free(3).
typedef int pool_work(void *context, void *job, FILE *out);

struct pool;

// Creates at most that many threads, and at most POOL_THREADS_MAX; context and out are borrowed until pool_close. NULL
// for lack of memory.
#define POOL_THREADS_MAX 32
struct pool *pool_open(pool_work *work, void *context, size_t threads, FILE *out);

// Adds a job, a malloc(3)ed block that the pool owns; waits while too many are unfinished.
void pool_add(struct pool *pool, void *job);

// Waits for all jobs. Returns the largest status of any, at least 0.
int pool_close(struct pool *pool);
