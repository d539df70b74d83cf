// SPDX-License-Identifier: MIT
// Looks up networks in the services of nsswitch.conf(5): the networks file and the DNS (RFC 1101 4.1).
#pragma once

#include "resolver/dns/message.h"
#include "resolver/source/networks.h"

struct host;
struct resolver;
struct lookup_context;

// Fills *out with the network's name, its aliases, and its number as an IPv4 address; the caller clears it. In the DNS
// a name is found by its PTR records, with the search list, whose targets have the form 2.10.in-addr.arpa; a number by
// PTR records, for 10.1 (0x0a01) of 0.0.1.10.in-addr.arpa, returned as 0x0a01. Numbers of AF_UNSPEC are searched in the
// file only; families other than AF_UNSPEC and AF_INET have no networks. Thread-safe. Returns OUTCOME_FOUND;
// OUTCOME_NO_NAME (as in glibc also for every failure of a server, if the file is among the services), OUTCOME_NO_DATA,
// OUTCOME_TRY_AGAIN, OUTCOME_NO_RECOVERY; OUTCOME_ERROR with out->error; or OUTCOME_SYSTEM: libc is to be asked,
// because the configuration routes the name to it, or because no servers are configured and nsswitch.conf(5) does not
// use the DNS for networks. out->name is then as after lookup_host.
enum outcome network_lookup(struct resolver *resolver, const struct lookup_context *lookup,
	const struct network_query *query, struct host *out);
