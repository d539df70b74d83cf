// SPDX-License-Identifier: MIT
// Networks in CIDR notation (RFC 4632).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"

struct strbuf;

struct network {
	struct address address;
	unsigned bits;  // length of the prefix
};

// Reads "192.0.2.0/24", "2001:db8::/32", or an address, which gives a network of that address alone. False, with *out
// unchanged, for anything else.
bool network_read(const char *text, struct network *out);

// Is the address in the network?
bool network_contains(const struct network *network, const struct address *address);

// Does it consist of one address?
static inline bool network_is_address(const struct network *network)
{
	return network->bits == 8 * address_length(&network->address);
}

// Writes it as network_read reads it, an address without its prefix length.
void network_write(const struct network *network, struct strbuf *line);

// An address of the network that depends on the number alone.
struct address network_draw(const struct network *network, uint64_t number);

// Is it a loopback address: in 127.0.0.0/8, or ::1?
bool network_is_loopback(const struct address *address);
