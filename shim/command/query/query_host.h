// SPDX-License-Identifier: MIT
// --query: the addresses of a name in their order, or the name of an address, as a program gets them.
#pragma once

struct address;
struct host;
struct query;
struct query_lookup;

// Looks up a name, or the name of address unless that is NULL, and writes the result; returns a query_status
// (query_outcome.h). asked is the name or address as the user wrote it.
int query_host(const struct query *query, const char *asked, const struct address *address);

// Ends a lookup that has begun, as getaddrinfo(3) with only AI_ADDRCONFIG: both families, sorted; by libc for a name
// whose source is the system. With an address as getnameinfo(3). The caller clears *host.
void query_host_find(struct query_lookup *lookup, const struct address *address, struct host *host);
