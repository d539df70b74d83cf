// SPDX-License-Identifier: MIT
// The addresses of this machine, asked of the kernel (rtnetlink(7)).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/base/address.h"

struct interface_address {
	uint8_t bytes[16];  // IPv4 as ::ffff:192.0.2.1; of a point-to-point link the other end, as in glibc
	uint32_t interface;
	uint16_t prefix_length;
	bool is_deprecated;  // or optimistic: still being checked for a duplicate
	bool is_home;
};

// Sorted by bytes. All zero is a valid empty one.
struct interfaces {
	struct interface_address *addresses;
	size_t count;
	bool has_ipv4;  // an address other than 127.0.0.1
	bool has_ipv6;  // an address other than ::1
};

// Asks the kernel, never waiting. False where that fails: no memory, no descriptor, netlink forbidden.
bool interfaces_read(struct interfaces *out);
void interfaces_clear(struct interfaces *interfaces);

// The entry of an address; bytes as in interface_address. NULL without one.
const struct interface_address *interfaces_find(const struct interfaces *interfaces, const uint8_t *bytes);

// Has the interface a link type of its own, other than a tunnel through IPv4 or IPv6? False also where that cannot be
// told.
bool interface_is_native(uint32_t interface);

// What the kernel says of addresses and routes counts so many microseconds: a change is noticed by lookups that begin
// that long after it.
#define INTERFACES_PAUSE 100000

// The same as interfaces_read, but of a moment ago where that is known.
bool interfaces_recall(struct interfaces *out);

// Has it known for what comes within the moment. Keeps errno.
void interfaces_prepare(void);

// What AI_ADDRCONFIG goes by: which families this machine has an address of, whatever state the interface is in.
// 127.0.0.1 and ::1 do not count; all others do, link-local ones and the rest of 127/8 as well. Both where the kernel
// does not tell. Keeps errno.
void interface_families(bool *has_ipv4, bool *has_ipv6);

// AI_ADDRCONFIG itself: *family, AF_UNSPEC before, becomes the only one that there are addresses of. False where the
// one that is wanted has none.
bool interface_narrow_family(int *family);
