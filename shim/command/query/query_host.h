// SPDX-License-Identifier: MIT
// What a program gets: the addresses of a name in their order, the names of an address.
#pragma once

#include <stdio.h>

#include "resolver/dns/message.h"

struct address;
struct host;
struct query_options;
struct resolver;
struct lookup_context;

// Ask and write; return a query_status (query_outcome.h).
int query_host(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out);
int query_host_reverse(struct resolver *resolver, const struct query_options *options, const char *text,
	const struct address *address, FILE *out);

// As getaddrinfo(3) without hints but for AI_ADDRCONFIG: both families, sorted; by libc where the name is the system's.
// The caller clears *host.
enum outcome query_host_find(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *host);
