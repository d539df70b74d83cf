// SPDX-License-Identifier: MIT
// Queries over UDP, in batches.
#pragma once

#include <stdint.h>

struct datagrams;
struct endpoint;
struct loop;
struct work;

// Buffers for one thread. NULL without memory.
struct datagrams *datagrams_open(void);

// Receives what has arrived and replies. If OUTSTANDING_MAX queries of a client are waiting, further ones that have to
// wait are dropped: the client retransmits (RFC 1035 4.2.1).
void datagrams_receive(struct loop *loop, struct endpoint *endpoint, uint32_t events);

// Sends a worker's reply.
void datagrams_finish(struct loop *loop, struct work *work);
