// SPDX-License-Identifier: MIT
// Views that combine several queries: the hosts of a domain, and the servers of a service.
#pragma once

struct query;

// Looks up and writes the view that the options of the query name; returns a query_status (query_outcome.h), that of
// the most successful lookup. VIEW_SUMMARY_OF: the addresses, mail exchangers and name servers of a domain, with their
// addresses. VIEW_SRV: the servers of a service, by the name of its SRV records ("_imap._tcp.example.org"), in the
// order of targets.h.
int view_write(const struct query *query, const char *name);
