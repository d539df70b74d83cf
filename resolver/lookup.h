// SPDX-License-Identifier: MIT
// Looks up hosts by name or address in the services of nsswitch.conf(5): the hosts file and the DNS.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "config/base/address.h"
#include "resolver/dns/host.h"

struct resolver;
struct lookup_context;
struct search;

enum lookup_flags {
	// With AF_INET6: if a source has no IPv6 address, return its IPv4 addresses as ::ffff:192.0.2.1 (AI_V4MAPPED).
	LOOKUP_MAPPED = 1,
	// With LOOKUP_MAPPED: return them after the IPv6 addresses, too (AI_ALL).
	LOOKUP_ALL = 2,
	// The host that is found needs neither name nor aliases.
	LOOKUP_NO_NAMES = 4,
};

// What to look up by name.
struct lookup_request {
	const char *name;    // as the program spelled it
	sa_family_t family;  // AF_INET, AF_INET6, or AF_UNSPEC for both
	unsigned flags;      // of enum lookup_flags
};

// Looks up a name: in `record` lines and zones; then, in the order of nsswitch.conf, in the hosts file and, with the
// search list, in the DNS (resolver_answer). The DNS is asked for both families together; its IPv4 addresses come
// first. For a family other than these the DNS gives OUTCOME_NO_DATA with EAFNOSUPPORT. *out must be empty. Returns
// OUTCOME_FOUND with *out filled; else out has source, rcode and error. OUTCOME_SYSTEM: the caller is to ask libc,
// because a route says so, or because nsswitch.conf names services that only libc implements and the name is not
// decided (resolver_decides). libc is then to be asked for out->name, a name with a final dot so that libc does not
// search, or for the name itself if out->name is NULL. The caller clears *out in any case. Thread-safe.
enum outcome lookup_host(struct resolver *resolver, const struct lookup_context *lookup,
	const struct lookup_request *request, struct host *out);

// After the search for name ended with OUTCOME_SYSTEM: sets host->name to the name that libc is to be asked for
// (search_libc_name), unless that is name itself. Returns OUTCOME_SYSTEM; OUTCOME_ERROR without memory.
enum outcome lookup_set_libc_name(const struct search *search, const char *name, struct host *host);

// Looks up the name of an address: in the hosts file and by its PTR record. *out gets the name, trimmed as `trim` of
// host.conf(5) says, and the address as the source has it: for an IPv4-mapped or IPv4-compatible address the DNS is
// asked for the IPv4 address, as in glibc. Otherwise as lookup_host.
enum outcome lookup_address(
	struct resolver *resolver, const struct lookup_context *lookup, const struct address *address, struct host *out);

// Reads the next entry of the hosts file for gethostent(3). *position is 0 for the first entry and is advanced. Returns
// OUTCOME_FOUND with *out filled, which the caller clears; OUTCOME_NO_NAME after the last entry, and if nsswitch.conf
// does not let libc read the file; OUTCOME_ERROR with errno in out->error. Thread-safe.
enum outcome lookup_entry(
	struct resolver *resolver, const struct lookup_context *lookup, size_t *position, struct host *out);

// Parses an address literal: what inet_aton(3) accepts ("127.1", "0x7f.1") without trailing blanks, or an IPv6 address
// with an optional scope. Sets port 0. Returns false for other text, with *out unchanged.
bool lookup_literal(const char *text, struct address *out);
