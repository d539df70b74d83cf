// SPDX-License-Identifier: MIT
// Looks up names and numbers of IPv4 networks in the networks file (networks(5)).
#pragma once

#include <stdint.h>

#include "resolver/dns/message.h"

struct host;

// Both read the file at path at each call; an unreadable file has no entries. The first matching line counts; one with an
// invalid number is ignored, but before glibc 2.42 its number is 255.255.255.255. Return
// OUTCOME_FOUND with *out filled, which the caller clears: name, aliases, and the number, as inet_network(3) reads it,
// as an IPv4 address; OUTCOME_NO_NAME; or OUTCOME_ERROR with the errno in out->error, without memory or descriptors.
// Thread-safe.

// Compares name with names and aliases, ignoring case.
enum outcome networks_find(const char *path, const char *name, struct host *out);

// number is in host byte order and includes the zero host part ("10.0.0.0" is 0x0a000000).
enum outcome networks_find_number(const char *path, uint32_t number, struct host *out);
