// SPDX-License-Identifier: MIT
// What a host is, whoever knows it: a literal address, the hosts file, or the DNS.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "resolver/dns/host.h"

struct name_services;
struct question;
struct resolver;
struct lookup_context;

enum lookup_flags {
	// With AF_INET6: where a source has no IPv6 address, its IPv4 ones as ::ffff:192.0.2.1 (AI_V4MAPPED).
	LOOKUP_MAPPED = 1,
	// With LOOKUP_MAPPED: these behind the IPv6 ones too (AI_ALL).
	LOOKUP_ALL = 2,
};

// Looks a name up: in `record` lines and zones, in the hosts file, then by the search list in the resolver's sources,
// the last two as nsswitch.conf has it. libc is asked last, where nsswitch.conf names services that only it can ask,
// and for no name for which a route, a `record` line, a zone or a rule of RFC 6761 and RFC 7686 decides who answers.
// family is AF_INET, AF_INET6 or AF_UNSPEC (both asked together; from the DNS the IPv4 addresses stand first). Nobody
// knows a name in any other family: where the DNS is the last to say so, it is OUTCOME_NO_DATA with EAFNOSUPPORT.
// OUTCOME_FOUND with *out filled; after every other outcome out tells source, rcode and error. With OUTCOME_SYSTEM its
// name, unless NULL, is what libc is to be asked for in place of name: the whole name that a route to the system
// claims, or name itself where others are decided, with a dot at its end, so that libc adds no domain of its own.
// Either way the caller clears it.
enum outcome lookup_host(struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	sa_family_t family, unsigned flags, struct host *out);

// After OUTCOME_SYSTEM of a search for name, which ended with question: sets the host's name to what libc is to be
// asked for, unless that is name itself. False without memory, which is in host->error.
bool lookup_set_libc_name(const struct resolver *resolver, const struct lookup_context *lookup, const char *name,
	const struct question *question, struct host *host);

// Looks an address up: in the hosts file, then by its PTR record. *out gets the name, and the address as the source
// knows it: an IPv4-mapped or -compatible one is asked of the DNS as IPv4, as in glibc. As lookup_host otherwise, but
// for what `trim` of host.conf(5) cuts off the name and its aliases.
enum outcome lookup_address(
	struct resolver *resolver, const struct lookup_context *lookup, const struct address *address, struct host *out);

// The next entry of the hosts file from *position on (0: from the beginning), which moves behind it.
// OUTCOME_NO_NAME behind the last one, and where libc would not ask the file; OUTCOME_ERROR as above.
enum outcome lookup_entry(
	struct resolver *resolver, const struct lookup_context *lookup, size_t *position, struct host *out);

// The services that are asked for a name, or for the name of an address (name NULL): those of the terms.
const struct name_services *lookup_services(
	struct resolver *resolver, const struct lookup_context *lookup, const char *name, const struct address *address);

// How nsswitch.conf(5) counts an outcome (one of enum name_status).
unsigned lookup_status(enum outcome outcome, const struct host *host, bool is_reverse);

// Reads what inet_aton(3) reads ("127.1", "0x7f.1"), but for what stands behind a blank, or an IPv6 literal with a
// scope.
bool lookup_literal(const char *text, struct address *out);

// ::ffff:192.0.2.1 for 192.0.2.1 (RFC 4291 2.5.5.2).
struct address lookup_mapped(const struct address *ipv4);
