// SPDX-License-Identifier: MIT
// The order in which a program should try a host's addresses (RFC 6724, gai.conf(5)).
#pragma once

#include <stddef.h>

#include "config/base/address.h"

// Sorts as the installed glibc's getaddrinfo does: by the source that a datagram socket gets when it is connected to
// each address, what the kernel says of these sources, glibc's tables, and /etc/gai.conf. IPv4 that is to be handed
// out as ::ffff:192.0.2.1 must stand so already. Stable. Leaves fewer than two addresses alone, and all of them where
// memory is short; where descriptors are, no address has a source, and the precedences decide, as in glibc. Keeps
// errno. Safe in many threads.
void address_order_sort(struct address *addresses, size_t count);

// Has ready what a sort would ask the system for, other than routes: for a moment when there is nothing else to do.
// Keeps errno. Safe in many threads.
void address_order_prepare(void);
