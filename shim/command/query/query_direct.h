// SPDX-License-Identifier: MIT
// --raw, one packet and whatever comes back; and zone transfers.
#pragma once

#include <stdint.h>
#include <stdio.h>

struct query_options;
struct resolver;

// Ask the first of the servers that the name is looked up at, and write; return a query_status (query.h). The name is
// taken as it is, without the search list.
int query_raw(struct resolver *resolver, const struct query_options *options, const char *name, uint16_t class,
	uint16_t type, FILE *out);

// The servers in their order, until one sends the zone; of IXFR what has changed since that serial.
int query_transfer(struct resolver *resolver, const struct query_options *options, const char *name, uint16_t class,
	uint16_t type, uint32_t serial, FILE *out);
