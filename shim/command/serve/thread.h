// SPDX-License-Identifier: MIT
// One thread of the server: waits for queries on its own sockets, and for the replies of the workers.
#pragma once

#include <stdbool.h>

struct loop;
struct problem;
struct serving;

// Opens the sockets and starts the thread. thread_close frees the loop, after a failure too. False with *problem
// filled.
bool thread_open(struct loop *loop, struct serving *serving, struct problem *problem);

// Waits until the thread has ended, after serving->ends was set.
void thread_close(struct loop *loop);
