// SPDX-License-Identifier: MIT
// --query: the addresses of a name in their order, or the name of an address, as a program gets them.
#pragma once

#include "resolver/dns/message.h"

struct address;
struct host;
struct lookup_context;
struct query;
struct resolver;

// Looks up a name, or the name of address unless that is NULL, and writes the result; returns a query_status
// (query_outcome.h). asked is the name or address as the user wrote it.
int query_host(const struct query *query, const char *asked, const struct address *address);

// As getaddrinfo(3) with only AI_ADDRCONFIG: both families, sorted; by libc for a name whose source is the system. The
// caller clears *host.
enum outcome query_host_find(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *host);
