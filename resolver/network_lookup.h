// SPDX-License-Identifier: MIT
// What a network is: the networks file, or the DNS (RFC 1101 4.1), as nsswitch.conf(5) has it.
#pragma once

#include <stdint.h>

#include "resolver/dns/message.h"

struct host;
struct resolver;
struct lookup_context;

// In both *out gets the network's name, its aliases, and its number as an IPv4 address, and is the caller's to clear.
// OUTCOME_FOUND; OUTCOME_NO_NAME (where the file is asked too every failure of a server is that, as in glibc),
// OUTCOME_NO_DATA, OUTCOME_TRY_AGAIN, OUTCOME_NO_RECOVERY; OUTCOME_ERROR with out->error; or OUTCOME_SYSTEM: libc is to
// be asked, because the configuration hands the name to it, or because no servers were chosen and nsswitch.conf(5) does
// not have networks looked up in the DNS; *out then has the name to ask for, as of lookup_host.

// In the DNS: the PTR records of a name, which the search list completes; those of the form 2.10.in-addr.arpa count.
enum outcome network_lookup_name(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, struct host *out);

// In the DNS: the PTR records of the number, an IPv4 one in host byte order; 10.1 (0x0a01) is asked for as
// 0.0.1.10.in-addr.arpa, and found as 0x0a01. family is AF_INET; in AF_UNSPEC the file alone has networks, and in
// another there are none.
enum outcome network_lookup_number(
	struct resolver *resolver, const struct lookup_context *lookup, uint32_t number, int family, struct host *out);
