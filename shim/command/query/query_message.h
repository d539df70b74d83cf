// SPDX-License-Identifier: MIT
// The DNS answer to NAME TYPE as a message: asked as a program would by res_search(3), by a single packet, or as a zone
// transfer.
#pragma once

#include <stdint.h>
#include <stdio.h>

struct query_options;
struct resolver;

// Asks and writes; returns a query_status (query.h).
int query_message(struct resolver *resolver, const struct query_options *options, const char *name, uint16_t class,
	uint16_t type, FILE *out);
