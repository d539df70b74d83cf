// SPDX-License-Identifier: MIT
// The clients that are served: networks in CIDR notation (RFC 4632).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"

struct network {
	struct address address;
	unsigned bits;  // length of the prefix
};

// Reads "192.0.2.0/24", "2001:db8::/32", or an address, which gives a network of that address alone. False, with *out
// unchanged, for anything else.
bool network_read(const char *text, struct network *out);

// Is the address in the network?
bool network_contains(const struct network *network, const struct address *address);

// Is it a loopback address: in 127.0.0.0/8, or ::1?
bool network_is_loopback(const struct address *address);
