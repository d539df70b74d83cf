// SPDX-License-Identifier: MIT
// Names that gethostbyname(3) treats as address literals, valid or not, and never looks up.
#pragma once

#include <stddef.h>

#include "resolver/dns/message.h"

struct address;

// Parses name as glibc's gethostbyname2 does, which is stricter than getaddrinfo. OUTCOME_FOUND with *out: an address
// of that family (AF_INET or AF_INET6). OUTCOME_NO_NAME: it looks like an address and is not one of that family
// ("1.2.3.4.5"; "::1" with AF_INET). OUTCOME_PASS: a name to look up ("1.2.3.4.", "0x7f.1").
enum outcome literal_read(const char *name, int family, struct address *out);

// The least size in bytes of the buffer of gethostbyname_r for a name that begins like an address; with a smaller one
// glibc returns ERANGE before it parses the name. 0 for other names.
size_t literal_room(const char *name);
