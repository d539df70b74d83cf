// SPDX-License-Identifier: MIT
// Sorts the addresses of a host into the order in which a program should try them (RFC 6724, gai.conf(5)).
#pragma once

#include <stddef.h>

#include "config/base/address.h"

// Sorts count addresses in place, stably, as getaddrinfo(3) of the installed glibc does: by the source address that
// the kernel selects for each (connect(2) on a datagram socket, no packet is sent), by the flags of these sources, by
// glibc's default tables, and by /etc/gai.conf. An IPv4 address that the caller returns as ::ffff:192.0.2.1 must
// already have that form. Without memory the order stays as it is; without a descriptor the addresses count as having
// no source, and the precedence table decides, as in glibc. begun: the start of the lookup (clock_now), which decides
// what of the caches is too old for it. Keeps errno. Thread-safe.
void address_order_sort(struct address *addresses, size_t count, int64_t begun);

// Fills the caches that address_order_sort needs (gai.conf, interface addresses; not routes), so that a caller can use
// the time in which it waits for a reply. Keeps errno. Thread-safe.
void address_order_prepare(int64_t begun);
