// SPDX-License-Identifier: MIT
// Faults of one server (withdns.conf(5): fault @SERVER): its replies are replaced, delayed or withheld.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "resolver/source/fault.h"

struct address;
struct channel;
struct upstream_request;

// Finds the fault for a query to the server with the first of the asked questions; its member fault is NULL if there is
// none. *together receives the mask of the asked questions to which the same applies.
struct fault_plan server_fault_find(
	const struct upstream_request *request, const struct address *server, unsigned asked, unsigned *together);

// Logs the fault, if there is one, for the questions in the mask.
void server_fault_log(const struct upstream_request *request, const struct fault_plan *plan, unsigned asked);

// Returns whether the server is not to get the query: the fault replies, or nothing does. stream: over TCP.
bool server_fault_feigns(const struct fault_plan *plan, bool stream);

// Opens the channel with the replies of the fault to those of the questions that are asked, with these ids. Returns 0;
// or -1 with errno, channel closed.
int server_fault_reply(const struct fault_plan *plan, const struct question *questions, const uint16_t *ids,
	unsigned asked, struct channel *channel);
