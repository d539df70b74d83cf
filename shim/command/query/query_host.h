// SPDX-License-Identifier: MIT
// --query: the addresses of a name in their order, or the name of an address, as a program gets them.
#pragma once

#include <stdio.h>

#include "resolver/dns/message.h"

struct address;
struct host;
struct query_options;
struct resolver;
struct lookup_context;

// Look up and write to out; return a query_status (query_outcome.h).
int query_host(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out);
int query_host_reverse(struct resolver *resolver, const struct query_options *options, const char *text,
	const struct address *address, FILE *out);

// As getaddrinfo(3) with only AI_ADDRCONFIG: both families, sorted; by libc for a name whose source is the system. The
// caller clears *host.
enum outcome query_host_find(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *host);
