// SPDX-License-Identifier: MIT
// Asks the services of nsswitch.conf(5) for a host, in their order, and decides which of them may be asked.
#pragma once

#include <stdbool.h>
#include <sys/socket.h>

#include "config/nsswitch.h"
#include "resolver/dns/host.h"

struct lookup_context;
struct resolver;

// One lookup, by name or by address.
struct host_lookup {
	struct resolver *resolver;
	const struct lookup_context *lookup;
	const char *name;               // NULL: by address
	const struct address *address;  // NULL: by name
	sa_family_t family;             // of a lookup by name
	unsigned flags;                 // of enum lookup_flags
	// Asks one service. Fills *out, which is empty.
	enum outcome (*ask)(const struct host_lookup *wanted, enum name_service service, struct host *out);
	// Set by host_services_ask, for the function above.
	const struct name_services *services;
	bool skips_dns;  // leave the name to libc's service for multicast DNS
};

// Asks configured records first, then the services until the outcome of one ends the search. Returns the last outcome,
// with *out, which must be empty, filled in any case; OUTCOME_SYSTEM as lookup_host.
enum outcome host_services_ask(struct host_lookup *wanted, struct host *out);

// Returns the services that are asked for name or, if name is NULL, for address: those of the lookup context, fewer if
// the name is decided. Borrowed from the lookup context.
const struct name_services *host_services_of(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, const struct address *address);

// Converts an outcome to the status (of enum name_status) that the actions of nsswitch.conf(5) refer to.
unsigned host_services_status(enum outcome outcome, const struct host *host, bool is_reverse);

// Returns whether the outcome ends a search whatever the actions of nsswitch.conf(5) say.
static inline bool host_services_is_final(enum outcome outcome)
{
	return outcome == OUTCOME_SYSTEM || outcome == OUTCOME_ERROR;
}

// Returns the address whose PTR record the DNS is asked for, as in glibc: an IPv4 address for an IPv4-mapped and an
// IPv4-compatible one except ::1, else the address itself.
struct address host_services_dns_address(const struct address *address);
