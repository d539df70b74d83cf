// SPDX-License-Identifier: MIT
// Views that combine several queries: the hosts of a domain, and the servers of a service.
#pragma once

struct query;

// Both look up and write the result; they return a query_status (query_outcome.h).

// The addresses, mail exchangers and name servers of a domain, with their addresses.
int view_summary(const struct query *query, const char *domain);

// The servers of a service, by the name of its SRV records ("_imap._tcp.example.org"), in the order in which a client
// should try them: by priority, then at random by weight (RFC 2782). `seed` makes the random order reproducible.
int view_srv(const struct query *query, const char *name);
