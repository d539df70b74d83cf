// SPDX-License-Identifier: MIT
// Several questions as one answer: a domain's hosts, and the servers of a service.
#pragma once

#include <stdio.h>

struct query_options;
struct resolver;

// Both ask and write; they return a query_status (query_outcome.h).

// The addresses, mail exchangers and name servers of a domain, with their addresses.
int view_summary(struct resolver *resolver, const struct query_options *options, const char *domain, FILE *out);

// The servers of a service, by its SRV records' name ("_imap._tcp.example.org"), in the order in which a client is to
// try them: by priority, among equals by lot and weight (RFC 2782). `seed` makes the lots repeatable.
int view_srv(struct resolver *resolver, const struct query_options *options, const char *name, FILE *out);
