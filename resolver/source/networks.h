// SPDX-License-Identifier: MIT
// Looks up names and numbers of IPv4 networks in the networks file (networks(5)).
#pragma once

#include <stdint.h>

#include "resolver/dns/message.h"

struct host;

// What to look up.
struct network_query {
	const char *name;  // NULL: by number
	uint32_t number;   // in host byte order
	int family;        // of the number
};

// Reads the file at path at each call; an unreadable file has no entries. The first matching line counts: one whose
// name or alias is the name, ignoring case, or whose number, the zero host part included ("10.0.0.0" is 0x0a000000), is
// the number. One with an invalid number is ignored, but before glibc 2.42 its number is 255.255.255.255. Returns
// OUTCOME_FOUND with *out filled, which the caller clears: name, aliases, and the number, as inet_network(3) reads it,
// as an IPv4 address; OUTCOME_NO_NAME; or OUTCOME_ERROR with the errno in out->error, without memory or descriptors.
// Thread-safe.
enum outcome networks_find(const char *path, const struct network_query *wanted, struct host *out);
