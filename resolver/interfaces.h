// SPDX-License-Identifier: MIT
// The addresses of this machine's interfaces, read from the kernel (rtnetlink(7)).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"

struct interface_address {
	uint8_t bytes[16];   // IPv4 as ::ffff:192.0.2.1; on a point-to-point link the peer address, as in glibc
	uint32_t interface;  // index
	uint16_t prefix_length;
	bool is_deprecated;  // or optimistic (RFC 4429): duplicate detection is not finished
	bool is_home;        // home address (RFC 6275)
};

// Addresses sorted by bytes. A zeroed structure is a valid empty one.
struct interfaces {
	struct interface_address *addresses;
	size_t count;
	bool has_ipv4;  // has an IPv4 address other than 127.0.0.1
	bool has_ipv6;  // has an IPv6 address other than ::1
};

// Reads the addresses from the kernel without waiting. Returns false on failure (no memory, no descriptor, netlink
// forbidden), with *out unchanged. The caller clears *out. All functions here are thread-safe.
bool interfaces_read(struct interfaces *out);
void interfaces_clear(struct interfaces *interfaces);

// Finds the entry of an address (16 bytes, as in struct interface_address), or NULL.
const struct interface_address *interfaces_find(const struct interfaces *interfaces, const uint8_t *bytes);

// Returns whether the interface is native in the sense of RFC 6724 rule 7, that is, not a tunnel through IPv4 or IPv6.
// False if the kernel gives no information.
bool interface_is_native(uint32_t interface);

// Microseconds for which addresses and routes are cached: lookups that begin later notice a change.
#define INTERFACES_PAUSE 100000

// As interfaces_read, but answers from the cache while that is valid for a lookup that began at that time (clock_now).
bool interfaces_recall(struct interfaces *out, int64_t begun);

// Fills the cache for such a lookup. Keeps errno.
void interfaces_prepare(int64_t begun);

// Applies AI_ADDRCONFIG: if *family is AF_UNSPEC and this machine has addresses of only one family, sets *family to it.
// Returns false if it has no address of *family. As in glibc, 127.0.0.1 and ::1 do not count; link-local addresses and
// the rest of 127/8 do, whatever the state of the interface. If the kernel gives no information, both families count as
// present. Keeps errno.
bool interface_narrow_family(int *family, int64_t begun);
