// SPDX-License-Identifier: MIT
// Names that gethostbyname(3) takes for addresses, right or wrong, and never looks up.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "resolver/dns/message.h"

struct address;

// As gethostbyname2 reads it, more strictly than getaddrinfo: OUTCOME_FOUND with *out for an address of that family
// (AF_INET or AF_INET6), OUTCOME_NO_NAME for what is written like an address and is none of that family ("1.2.3.4.5",
// "::1" with AF_INET), OUTCOME_PASS for a name to look up ("1.2.3.4.", "0x7f.1").
enum outcome literal_read(const char *name, int family, struct address *out);

// The bytes that glibc wants of the caller's buffer before it looks at a name that may begin an address, whatever comes
// of it; 0 for other names.
size_t literal_room(const char *name);
