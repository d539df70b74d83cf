// SPDX-License-Identifier: MIT
// Views that combine several queries: the hosts of a domain, and the servers of a service.
#pragma once

#include <stdio.h>

struct query_options;
struct resolver;

// Both look up and write to out; they return a query_status (query_outcome.h).

// The addresses, mail exchangers and name servers of a domain, with their addresses.
int view_summary(struct resolver *resolver, const struct query_options *options, const char *domain, FILE *out);

// The servers of a service, by the name of its SRV records ("_imap._tcp.example.org"), in the order in which a client
// should try them: by priority, then at random by weight (RFC 2782). `seed` makes the random order reproducible.
int view_srv(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out);
