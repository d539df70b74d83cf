// SPDX-License-Identifier: MIT
// The networks file (networks(5)): names of IPv4 networks to numbers and back.
#pragma once

#include <stdint.h>

#include "resolver/dns/message.h"

struct host;

// Both read the file at path at each call; one that cannot be read has no entries. The first line that matches counts.
// OUTCOME_FOUND with *out filled (the caller clears it): the line's name and aliases, and its number as an IPv4 address
// as inet_network(3) reads it. OUTCOME_NO_NAME, or OUTCOME_ERROR with the errno in out->error, where memory or
// descriptors are short.

// name is compared with names and aliases, ignoring case.
enum outcome networks_find(const char *path, const char *name, struct host *out);

// number is in host byte order, with the zeros of an unused host part ("10.0.0.0" is 0x0a000000).
enum outcome networks_find_number(const char *path, uint32_t number, struct host *out);
